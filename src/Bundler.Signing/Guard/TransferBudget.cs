using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.Guard;

/// <summary>
/// What the keys of this node may still transfer: the sum over any day, by signer and nonce, so that a replacement counts once. What was
/// signed before a restart is told by the host.
/// </summary>
public sealed class TransferBudget(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(Address Signer, ulong Nonce), Spending> _spent = [];

    /// <summary>Counts a transfer that was signed; of several with one nonce the largest.</summary>
    public void Count(Address signer, ulong nonce, Address payee, UInt256 value, DateTimeOffset signedAt)
    {
        lock (_lock)
        {
            _spent[(signer, nonce)] = _spent.TryGetValue((signer, nonce), out Spending? known) && known.Value > value
                ? known
                : new Spending(payee, value, signedAt);
        }
    }

    /// <summary>wei that was transferred to these payees within the last day.</summary>
    public UInt256 Spent(IReadOnlySet<Address> payees) => Spent(payees, except: null);

    /// <summary>Counts a transfer that is about to be signed, unless that would exceed the allowance.</summary>
    internal bool TryTake(Address signer, ulong nonce, Address payee, UInt256 value, TransferAllowance allowance)
    {
        lock (_lock)
        {
            UInt256 others = Spent(allowance.Payees, (signer, nonce));
            if (value > allowance.MaxPerDay || others > allowance.MaxPerDay - value)
            {
                return false;
            }

            Count(signer, nonce, payee, value, clock.GetUtcNow());
            return true;
        }
    }

    private UInt256 Spent(IReadOnlySet<Address> payees, (Address Signer, ulong Nonce)? except)
    {
        lock (_lock)
        {
            DateTimeOffset since = clock.GetUtcNow() - Window;
            foreach ((Address, ulong) old in _spent.Where(spending => spending.Value.At < since).Select(spending => spending.Key).ToArray())
            {
                _spent.Remove(old);
            }

            return _spent
                .Where(spending => spending.Key != except && payees.Contains(spending.Value.Payee))
                .Aggregate(UInt256.Zero, (sum, spending) => sum + spending.Value.Value);
        }
    }

    private sealed record Spending(Address Payee, UInt256 Value, DateTimeOffset At);
}
