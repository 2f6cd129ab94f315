using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Microsoft.Extensions.Logging;

namespace Bundler.Signing.Guard;

/// <summary>
/// The only door to a key (S0-14): it takes transactions, not digests, and signs those that <see cref="GuardRules"/> allow, at most so many a
/// minute. Every refusal is an alert. It stands inside the signing boundary, so that no caller can forget it.
/// </summary>
public sealed class GuardedSigner : ITransactionSigner, IDisposable
{
    private readonly Lock _lock = new();
    private readonly ISigner _signer;
    private readonly SignerGuardLimits _limits;
    private readonly MinuteRate _rate;
    private readonly ILogger _logger;
    private ulong? _knownNonce;

    /// <summary>Takes the signer over: disposes it, when it can be disposed, with itself.</summary>
    public GuardedSigner(ISigner signer, SignerGuardLimits limits, TimeProvider clock, ILogger<GuardedSigner> logger)
    {
        _signer = signer;
        _limits = limits;
        _rate = new MinuteRate(limits.MaxPerMinute, clock);
        _logger = logger;
    }

    public Address Address => _signer.Address;

    public void ObserveNonce(ulong transactionCount)
    {
        lock (_lock)
        {
            _knownNonce = transactionCount;
        }
    }

    public async ValueTask<SignedTransaction> SignAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        if (Refuse(transaction) is { } refusal)
        {
            _logger.GuardRefused(Address, refusal.Reason, refusal.Detail, transaction.To, transaction.Nonce);
            SigningMetrics.Refused(Address, refusal.Reason);
            throw new SignerGuardException(Address, refusal);
        }

        return await transaction.SignAsync(_signer, cancellationToken);
    }

    public void Dispose() => (_signer as IDisposable)?.Dispose();

    /// <summary>The guarded signer's own name.</summary>
    public override string ToString() => $"guarded {_signer}";

    private SignerGuardRefusal? Refuse(Transaction transaction)
    {
        lock (_lock)
        {
            return GuardRules.Check(new GuardContext(transaction, Address, _knownNonce, _limits))
                ?? (_rate.TryTake() ? null : new SignerGuardRefusal(SignerGuardReason.TooOften, $"{_limits.MaxPerMinute} signatures within a minute"));
        }
    }
}
