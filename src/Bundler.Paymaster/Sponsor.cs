using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Access;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Contracts;
using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Granting;
using Bundler.Paymaster.Options;
using Microsoft.Extensions.Options;

namespace Bundler.Paymaster;

/// <summary>The front door of sponsoring: decides whether an operation is paid for, and grants it. What comes back is a stub, a grant, or the reason.</summary>
public sealed class Sponsor(
    Paymasters paymasters,
    ISponsorAccess access,
    ContractTrial trial,
    SponsorMarket market,
    GrantDryRun dryRun,
    GrantIssuer issuer,
    SponsorJournal journal,
    IOptions<SponsorOptions> options)
{
    private readonly TimeSpan _window = TimeSpan.FromSeconds(options.Value.WindowSeconds);

    /// <summary>pm_getPaymasterStubData: what to estimate with. Signs nothing, reserves nothing.</summary>
    public async Task<Decision<SponsorStub>> StubAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken)
    {
        SponsorAccess who = await access.AskAsync(cancellationToken);
        Decision<SponsoredPaymaster> found = await PayerAsync(entryPoint, who, cancellationToken);
        return found.Granted ? StubOf(found.Value, operation) : journal.Refused(operation, found.Refusal);
    }

    /// <summary>
    /// What the account signs over before the paymaster does (v0.9): a window and a name, chosen here. Signs nothing, reserves nothing; the grant comes when the operation is sent, or asked for.
    /// </summary>
    public async Task<Decision<SponsorCommitment>> CommitAsync(EntryPoint entryPoint, UserOperation operation, SponsorAsk ask, CancellationToken cancellationToken)
    {
        Decision<SponsorStub> stub = await StubAsync(entryPoint, operation, cancellationToken);
        return !stub.Granted ? stub.Refusal
            : PhaseRefusal(stub.Value.Paymaster) is { } phase ? phase
            : new SponsorCommitment(stub.Value, await issuer.ChooseTermsAsync(Shortened(ask), cancellationToken));
    }

    /// <summary>pm_getPaymasterData: the grant for an operation with all its limits and fees.</summary>
    public async Task<Decision<GrantedOperation>> GrantAsync(EntryPoint entryPoint, UserOperation operation, SponsorAsk ask, CancellationToken cancellationToken)
    {
        SponsorAccess who = await access.AskAsync(cancellationToken);
        Decision<SponsoredPaymaster> found = await PayerAsync(entryPoint, who, cancellationToken);
        Decision<GrantedOperation> granted = found.Granted
            ? await GrantAsync(found.Value, operation, Asked(who, ask), cancellationToken)
            : found.Refusal;
        return granted.Granted ? granted : journal.Refused(operation, granted.Refusal);
    }

    /// <summary>pm_sponsorUserOperation: estimates what is not given and grants the result, in one go and with the same numbers.</summary>
    public async Task<Decision<GrantedOperation>> EstimateAndGrantAsync(
        EntryPoint entryPoint, PartialUserOperation partial, SponsorAsk ask, CancellationToken cancellationToken)
    {
        SponsorAccess who = await access.AskAsync(cancellationToken);
        Decision<SponsoredPaymaster> found = await PayerAsync(entryPoint, who, cancellationToken);
        if (!found.Granted)
        {
            return journal.Refused(partial.Operation, found.Refusal);
        }

        Decision<UserOperation> estimated = await market.EstimateAsync(found.Value, partial, cancellationToken);
        Decision<GrantedOperation> granted = estimated.Granted
            ? await GrantAsync(found.Value, estimated.Value, Asked(who, ask), cancellationToken)
            : estimated.Refusal;
        return granted.Granted ? granted : journal.Refused(partial.Operation, granted.Refusal);
    }

    private GrantAsked Asked(SponsorAccess who, SponsorAsk ask) => new(who, Shortened(ask), ask.Committed, ask.IsAccountSigned);

    private TimeSpan Shortened(SponsorAsk ask) => ask.Window is { } shorter && shorter < _window ? shorter : _window;

    private async Task<Decision<SponsoredPaymaster>> PayerAsync(EntryPoint entryPoint, SponsorAccess who, CancellationToken cancellationToken) =>
        who.Refusal is { } denied ? denied
        : paymasters.Find(entryPoint.Address) is not { } paymaster
        ? new SponsorRefusal(SponsorReason.PolicyRejected, "entryPoint", $"nobody pays for operations of EntryPoint {entryPoint.Address} here")
        : await trial.FaultAsync(paymaster, cancellationToken) is { } fault
        ? new SponsorRefusal(SponsorReason.TemporarilyUnavailable, "paymaster", $"nothing is signed for paymaster {paymaster.Address}: {fault}")
        : paymaster;

    private async Task<Decision<GrantedOperation>> GrantAsync(
        SponsoredPaymaster paymaster, UserOperation operation, GrantAsked asked, CancellationToken cancellationToken)
    {
        if (asked.Committed is not null && PhaseRefusal(paymaster) is { } phase)
        {
            return phase;
        }

        UserOperation stubbed = Stubbed(paymaster, operation, asked);
        return await market.RefusalAsync(paymaster, stubbed, cancellationToken) is { } dishonest ? dishonest
            : await dryRun.RefusalAsync(paymaster, stubbed, asked.IsAccountSigned, cancellationToken) is { } refused ? refused
            : await issuer.IssueAsync(paymaster, stubbed, asked, cancellationToken);
    }

    private static SponsorRefusal? PhaseRefusal(SponsoredPaymaster paymaster) => ParallelForm.IsTakenBy(paymaster.Codec, paymaster.Site.EntryPoint.Version)
        ? null
        : new SponsorRefusal(SponsorReason.PolicyRejected, "signingPhase", $"paymaster {paymaster.Address} does not take its signature behind the account's");

    /// <summary>The operation with the stub in it, and with the gas for the paymaster's validation where none is named and the account has not signed over that.</summary>
    private static UserOperation Stubbed(SponsoredPaymaster paymaster, UserOperation operation, GrantAsked asked)
    {
        UserOperation stubbed = asked.Apply(paymaster, operation, asked.Committed ?? GrantStub.Terms, GrantStub.Signature);
        return operation.PaymasterVerificationGasLimit.IsZero && asked.Committed is null
            ? stubbed with { PaymasterVerificationGasLimit = paymaster.VerificationGasFor(operation) }
            : stubbed;
    }

    private static SponsorStub StubOf(SponsoredPaymaster paymaster, UserOperation operation) =>
        new(paymaster, GrantStub.Of(paymaster.Codec), paymaster.VerificationGasFor(operation));
}
