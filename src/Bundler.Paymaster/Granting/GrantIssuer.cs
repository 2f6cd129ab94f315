using Bundler.Engine;
using Bundler.Engine.Chain;
using Bundler.Engine.Development;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Contracts;
using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Ledger;
using Bundler.Paymaster.Options;
using Bundler.Signing;
using Bundler.Signing.Grants;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Paymaster.Granting;

/// <summary>
/// Reserve, sign, check, store, answer: in this order, so that what leaves the process is always counted. What is reserved and does not get so far is given back.
/// </summary>
public sealed class GrantIssuer(
    IGrantStore grants, GrantCheck check, FactReader facts, HeadFeed heads, IOptions<SponsorOptions> options, TimeProvider clock, ILogger<GrantIssuer> logger)
{
    /// <summary>A grant that ends sooner is of no use to whoever asks for it, or asks again.</summary>
    public const int LeastSeconds = 10;

    private readonly ulong _skew = (ulong)options.Value.SkewSeconds;

    /// <summary>A window from the newest block on, and a name that nobody has.</summary>
    public async Task<GrantTerms> ChooseTermsAsync(TimeSpan window, CancellationToken cancellationToken)
    {
        ulong now = (await heads.CurrentAsync(cancellationToken)).Timestamp;
        return new GrantTerms(now + (ulong)window.TotalSeconds, now > _skew ? now - _skew : 0, GrantId.Random());
    }

    /// <param name="paymaster">Who pays.</param>
    /// <param name="operation">With all limits; what stands in for the paymaster's data is not looked at.</param>
    /// <param name="asked">By whom, and for how long.</param>
    /// <param name="cancellationToken">Counts until the signature is stored.</param>
    /// <exception cref="StoreUnavailableException">Nothing was signed, or nothing that was signed has left.</exception>
    public async Task<Decision<GrantedOperation>> IssueAsync(
        SponsoredPaymaster paymaster, UserOperation operation, GrantAsked asked, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = paymaster.Site.EntryPoint;
        ChainHead head = await heads.CurrentAsync(cancellationToken);
        ulong now = head.Timestamp;
        GrantTerms window = asked.Committed ?? new GrantTerms(now + (ulong)asked.Window.TotalSeconds, now > _skew ? now - _skew : 0, default);
        if (window.ValidUntil > now + (ulong)asked.Window.TotalSeconds || window.ValidUntil < now + LeastSeconds || window.ValidAfter > now)
        {
            return new SponsorRefusal(SponsorReason.PolicyRejected, "window", "the window that was committed to is over or too long: ask for a new one");
        }

        ValidationFacts known = await facts.ReadAsync(entryPoint, operation, cancellationToken);
        Address @delegate = operation.Eip7702Auth?.Address ?? known.Delegate ?? Address.Zero;
        SenderFacts sender = new(@delegate, UInt256.Zero);
        GrantRequest request = new(
            paymaster.Codec.HashOf(operation, paymaster.Site, default, sender),
            paymaster.Address,
            entryPoint.Address,
            operation.Sender,
            operation.Nonce,
            entryPoint.RequiredPrefund(operation),
            asked.Access.Key,
            window.ValidAfter,
            window.ValidUntil,
            clock.GetUtcNow(),
            asked.Committed?.Id);
        GrantLimits limits = new([.. paymaster.Budgets, .. asked.Access.Budgets], known.StakeOf(paymaster.Address).Deposit, head.Number);
        Reservation reservation = await grants.ReserveAsync(request, limits, cancellationToken);
        FaultSwitch.Pass(FaultPoint.AfterGrantReserved);
        return reservation switch
        {
            Reservation.Reserved reserved => await SignAsync(paymaster, operation, reserved.Grant, asked, sender, cancellationToken),
            Reservation.Same { Grant.State: GrantState.Revoked } => new SponsorRefusal(SponsorReason.PolicyRejected, "grant", "the grant was taken back by the operator"),
            Reservation.Same { Grant: var before } when asked.Committed is { } committed && committed.Id != before.Id => new SponsorRefusal(
                SponsorReason.PolicyRejected, "grant", "the operation was granted before, under another id"),
            Reservation.Same { Grant: var ending } when ending.Request.ValidUntil < now + LeastSeconds => new SponsorRefusal(
                SponsorReason.TemporarilyUnavailable, "grant", "the operation was granted before, and that grant is about to end")
            {
                ResetsAt = DateTimeOffset.FromUnixTimeSeconds((long)ending.Request.ValidUntil),
            },
            Reservation.Same { Grant: { Signed: { } signed } grant } => Granted(paymaster, operation, grant, asked, signed),
            Reservation.Same same => await SignAsync(paymaster, operation, same.Grant, asked, sender, cancellationToken),
            _ => ReservationRefusal.Of(reservation, request.Worst),
        };
    }

    private async Task<Decision<GrantedOperation>> SignAsync(
        SponsoredPaymaster paymaster, UserOperation operation, Grant grant, GrantAsked asked, SenderFacts sender, CancellationToken cancellationToken)
    {
        string failure = "the process was interrupted";
        bool isStored = false;
        try
        {
            GrantTerms terms = TermsOf(grant);
            Hash32 digest = paymaster.Codec.DigestOf(paymaster.Codec.HashOf(operation, paymaster.Site, terms, sender));
            Bytes signature = await paymaster.Signer.SignAsync(
                new GrantToSign(paymaster.Site.ChainId, paymaster.Address, grant.Request.Worst, terms.ValidAfter, terms.ValidUntil, GrantSlot.NameOf(grant.Request), digest),
                cancellationToken);
            FaultSwitch.Pass(FaultPoint.AfterGrantSigned);
            UserOperation granted = asked.Apply(paymaster, operation, terms, signature);
            Hash32 userOpHash = paymaster.Site.EntryPoint.Hash(granted, paymaster.Site.ChainId, sender.Delegate);
            if (await check.RefusalAsync(paymaster, granted, userOpHash, cancellationToken) is { } unfit)
            {
                failure = unfit.Message;
                return unfit;
            }

            Grant stored = await grants.SignedAsync(grant.Id, new SignedGrant(signature, userOpHash), cancellationToken);
            FaultSwitch.Pass(FaultPoint.AfterGrantStored);
            if (stored.Signed is not { } signed || stored.State is GrantState.Denied or GrantState.Revoked or GrantState.Expired)
            {
                return new SponsorRefusal(SponsorReason.TemporarilyUnavailable, "grant", "the grant was taken back meanwhile");
            }

            isStored = true;
            logger.Granted(stored.Id, operation.Sender, signed.OperationHash, grant.Request.Worst, terms.ValidUntil);
            return Granted(paymaster, operation, stored, asked, signed);
        }
        catch (GrantGuardException refused)
        {
            failure = refused.Message;
            return new SponsorRefusal(SponsorReason.TemporarilyUnavailable, "guard", "the guard before the signer refuses");
        }
        catch (SignerUnavailableException down)
        {
            failure = down.Message;
            return new SponsorRefusal(SponsorReason.TemporarilyUnavailable, "signer", "the signer does not sign now");
        }
        finally
        {
            if (!isStored)
            {
                await GiveBackAsync(grant, failure);
            }
        }
    }

    /// <summary>A caller who has gone keeps no budget; a store that is down keeps it until the grant expires.</summary>
    private async Task GiveBackAsync(Grant grant, string reason)
    {
        try
        {
            await grants.ReleaseAsync(grant.Id, reason, CancellationToken.None);
        }
        catch (StoreUnavailableException down)
        {
            logger.NotGivenBack(grant.Id, down);
        }
    }

    private static GrantedOperation Granted(SponsoredPaymaster paymaster, UserOperation operation, Grant grant, GrantAsked asked, SignedGrant signed) =>
        new(paymaster, asked.Apply(paymaster, operation, TermsOf(grant), signed.Signature), grant);

    private static GrantTerms TermsOf(Grant grant) => new(grant.Request.ValidUntil, grant.Request.ValidAfter, grant.Id);
}
