using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.Guard;
using Bundler.Signing.Health;
using Microsoft.Extensions.Logging;

namespace Bundler.Signing.Grants;

/// <summary>
/// The only door to a key for grants: signs what <see cref="GrantGuardLimits"/> allow. It stands inside the signing boundary, as a second opinion on whoever decides: what it
/// remembers of the last hour is its own, and begins anew with the process, while the budgets before it are durable. Every refusal is an alert.
/// </summary>
public sealed class GrantSigner(NamedSigner signer, GrantGuardLimits limits, TimeProvider clock, ILogger<GrantSigner> logger)
{
    private readonly Lock _lock = new();
    private readonly MinuteRate _rate = new(limits.MaxPerMinute, clock);
    private readonly GrantHour _lastHour = new(clock);
    private readonly SignerRecord _record = new(signer.Name, signer.Signer.Address, clock, logger);

    /// <summary>Its place in the configuration, such as AwsKms:one.</summary>
    public string Name => signer.Name;

    public Address Address => signer.Signer.Address;

    /// <summary>As its last signature showed it; null before the first.</summary>
    public SignerHealth? Health => _record.Latest;

    /// <summary>r ‖ s ‖ v over the grant's digest.</summary>
    /// <exception cref="GrantGuardException">The grant is not the job of this key.</exception>
    /// <exception cref="SignerUnavailableException">The key could not sign now.</exception>
    public async ValueTask<Bytes> SignAsync(GrantToSign grant, CancellationToken cancellationToken)
    {
        if (Refuse(grant) is { } refusal)
        {
            logger.GrantRefused(Address, grant.Paymaster, refusal.Reason, refusal.Detail);
            SigningMetrics.Refused(Address, refusal.Reason);
            throw new GrantGuardException(Address, refusal);
        }

        long start = clock.GetTimestamp();
        try
        {
            Signature signature = await signer.Signer.SignAsync(grant.Digest, cancellationToken);
            _record.Note(new SignerHealth(Address, null, null, clock.GetElapsedTime(start), clock.GetUtcNow()));
            return signature.ToBytes();
        }
        catch (SignerUnavailableException fault)
        {
            _record.Note(new SignerHealth(Address, fault.Fault, fault.Reason, clock.GetElapsedTime(start), clock.GetUtcNow()));
            throw;
        }
    }

    private GrantGuardRefusal? Refuse(GrantToSign grant)
    {
        ulong farthest = (ulong)(clock.GetUtcNow() + limits.LongestWindow).ToUnixTimeSeconds();
        return grant.ChainId != limits.ChainId ? new GrantGuardRefusal(GrantGuardReason.ForeignChain, $"chain id {grant.ChainId}, ours is {limits.ChainId}")
            : !limits.SignerOf.TryGetValue(grant.Paymaster, out Address its) || its != Address
            ? new GrantGuardRefusal(GrantGuardReason.ForeignPaymaster, $"{grant.Paymaster} is not one that it signs for")
            : grant.Worst > limits.MaxWeiPerGrant
            ? new GrantGuardRefusal(GrantGuardReason.TooDear, $"{grant.Worst} wei, the cap is {limits.MaxWeiPerGrant}")
            : grant.ValidUntil > farthest || grant.ValidUntil < grant.ValidAfter || grant.ValidUntil - grant.ValidAfter > limits.LongestWindow.TotalSeconds
            ? new GrantGuardRefusal(GrantGuardReason.WindowTooLong, $"from {grant.ValidAfter} to {grant.ValidUntil}, the farthest now is {farthest}")
            : Take(grant);
    }

    private GrantGuardRefusal? Take(GrantToSign grant)
    {
        lock (_lock)
        {
            UInt256 more = _lastHour.More(grant.Slot, grant.Worst);
            if (more > limits.MaxWeiPerHour || _lastHour.Wei > limits.MaxWeiPerHour - more)
            {
                return new GrantGuardRefusal(GrantGuardReason.TooMuchPerHour, $"{more} wei more than {_lastHour.Wei} within an hour, the cap is {limits.MaxWeiPerHour}");
            }

            if (!_rate.TryTake())
            {
                return new GrantGuardRefusal(GrantGuardReason.TooOften, $"{limits.MaxPerMinute} signatures within a minute");
            }

            _lastHour.Take(grant.Slot, grant.Worst);
            return null;
        }
    }
}
