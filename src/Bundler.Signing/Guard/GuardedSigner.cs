using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Signing.Health;
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
    private readonly SignerRecord _record;
    private readonly SignerProbe _probe;
    private readonly SignerGuardLimits _limits;
    private readonly TransferBudget _budget;
    private readonly MinuteRate _rate;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private ulong? _knownNonce;

    /// <summary>Takes the signer over: disposes it, when it can be disposed, with itself.</summary>
    /// <param name="signer">The key.</param>
    /// <param name="limits">What it may sign.</param>
    /// <param name="budget">What all keys of the node may transfer together.</param>
    /// <param name="clock">Tells minutes and days.</param>
    /// <param name="logger">Gets the alerts.</param>
    public GuardedSigner(NamedSigner signer, SignerGuardLimits limits, TransferBudget budget, TimeProvider clock, ILogger<GuardedSigner> logger)
    {
        Name = signer.Name;
        _signer = signer.Signer;
        _record = new SignerRecord(Name, Address, clock, logger);
        _probe = new SignerProbe(clock);
        _limits = limits;
        _budget = budget;
        _rate = new MinuteRate(limits.MaxPerMinute, clock);
        _clock = clock;
        _logger = logger;
    }

    public string Name { get; }

    public Address Address => _signer.Address;

    public bool SendsBundles => _limits.EntryPoints.Count > 0;

    public SignerHealth? Health => _record.Latest;

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

        long start = _clock.GetTimestamp();
        try
        {
            SignedTransaction signed = await transaction.SignAsync(_signer, cancellationToken);
            _record.Note(new SignerHealth(Address, null, null, _clock.GetElapsedTime(start), _clock.GetUtcNow()));
            return signed;
        }
        catch (SignerUnavailableException fault)
        {
            _record.Note(new SignerHealth(Address, fault.Fault, fault.Reason, _clock.GetElapsedTime(start), _clock.GetUtcNow()));
            throw;
        }
    }

    public async ValueTask<SignerHealth> ProbeAsync(CancellationToken cancellationToken)
    {
        SignerHealth health = await _probe.ProbeAsync(_signer, cancellationToken);
        _record.Note(health);
        return health;
    }

    public void Dispose() => (_signer as IDisposable)?.Dispose();

    /// <summary>The guarded signer's own name.</summary>
    public override string ToString() => $"guarded {_signer}";

    private SignerGuardRefusal? Refuse(Transaction transaction)
    {
        lock (_lock)
        {
            GuardContext context = new(transaction, Address, _knownNonce, _limits);
            return GuardRules.Check(context)
                ?? (_rate.TryTake() ? null : new SignerGuardRefusal(SignerGuardReason.TooOften, $"{_limits.MaxPerMinute} signatures within a minute"))
                ?? (GuardRules.AllowanceOf(context) is { } allowance ? Overspend(transaction, allowance) : null);
        }
    }

    private SignerGuardRefusal? Overspend(Transaction transfer, TransferAllowance allowance) =>
        _budget.TryTake(Address, transfer.Nonce, transfer.To!.Value, transfer.Value, allowance)
            ? null
            : new SignerGuardRefusal(
                SignerGuardReason.TooMuchPerDay, $"{transfer.Value} wei after {_budget.Spent(allowance.Payees)} within a day, the cap is {allowance.MaxPerDay}");
}
