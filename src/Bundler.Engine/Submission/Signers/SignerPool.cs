using System.Threading.Channels;
using Bundler.Engine.Fleet;
using Bundler.Engine.Submission.Flights;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.Guard;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Submission.Signers;

/// <summary>
/// Who may sign now, and with which nonce. One lease is one nonce of one bundle; a signer has up to a bound of them in flight, without a gap:
/// the next lease has the lowest nonce that is neither used nor leased. A signer is leased only when its nonce and balance are known, its balance is
/// above the floor, its key signs, and it does not rest. A key that somebody else uses too rests until that one has been quiet for a while: of two
/// nodes with one key by mistake one waits.
/// </summary>
public sealed partial class SignerPool
{
    /// <summary>Between two looks at a key that somebody else uses.</summary>
    private static readonly TimeSpan SharedLook = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Address, SignerSeat> _seats;
    private readonly List<Channel<bool>> _listeners = [];
    private readonly EthClient _eth;
    private readonly ILogger<SignerPool> _logger;
    private readonly TimeProvider _clock;
    private readonly Duties _duties;
    private readonly UInt256 _floor;
    private readonly TimeSpan _believed;
    private readonly TimeSpan _quiet;
    private readonly int _maxInFlight;
    private bool _anyFree;

    public SignerPool(
        GuardedKeyring keyring, EthClient eth, Duties duties, IOptions<SubmissionOptions> options, ILogger<SignerPool> logger, TimeProvider clock)
    {
        _seats = keyring.Signers.ToDictionary(signer => signer.Address, signer => new SignerSeat(signer) { Fence = duties.IsSole ? Fence.Sole : null });
        _eth = eth;
        _duties = duties;
        _logger = logger;
        _clock = clock;
        _floor = (UInt256)options.Value.MinSignerBalanceWei;
        _believed = TimeSpan.FromSeconds(options.Value.SignerRefreshSeconds);
        _quiet = TimeSpan.FromSeconds(options.Value.ForeignQuietSeconds);
        _maxInFlight = (int)Math.Min((ulong)options.Value.MaxBundlesInFlight, keyring.NonceWindow);
    }

    public IReadOnlyCollection<Address> Addresses => _seats.Keys;

    public IReadOnlyList<ITransactionSigner> Signers => [.. _seats.Values.Select(seat => seat.Signer)];

    /// <summary>Of the free signers the one with the fewest bundles in flight, of those the one that has waited longest; <c>null</c> when there is none now.</summary>
    public SignerLease? TryLease()
    {
        lock (_lock)
        {
            return FirstFree() is { } free ? Occupy(free, free.NextNonce) : null;
        }
    }

    /// <summary>A place with the signer that <see cref="TryLease()"/> would choose, for a bundle that is still to be built.</summary>
    public SignerPlace? TryReserve()
    {
        lock (_lock)
        {
            if (FirstFree() is not { } free)
            {
                return null;
            }

            free.Reserved++;
            _anyFree = _seats.Values.Any(IsFree);
            return new SignerPlace(this, free.Signer.Address);
        }
    }

    /// <summary>This signer's next nonce, or <c>null</c> when it is not free now.</summary>
    public SignerLease? TryLease(Address signer)
    {
        lock (_lock)
        {
            return _seats.TryGetValue(signer, out SignerSeat? seat) && IsFree(seat) ? Occupy(seat, seat.NextNonce) : null;
        }
    }

    /// <summary>Whether one more bundle could be signed now.</summary>
    internal bool HasFree
    {
        get
        {
            lock (_lock)
            {
                return FirstFree() is not null;
            }
        }
    }

    /// <summary>Leases that are out.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock)
            {
                return _seats.Values.Sum(seat => seat.Leased.Count);
            }
        }
    }

    /// <summary>How many transactions of the key this node has not signed, while it waits for whoever did to be quiet; 0 when it does not wait.</summary>
    public int ForeignTransactionsOf(Address signer)
    {
        lock (_lock)
        {
            return _seats.TryGetValue(signer, out SignerSeat? seat) && seat.IsShared ? Math.Max(1, seat.Watch.ForeignCount) : 0;
        }
    }

    /// <summary>wei, as last seen; <c>null</c> before the first look.</summary>
    public UInt256? BalanceOf(Address signer)
    {
        lock (_lock)
        {
            return _seats.TryGetValue(signer, out SignerSeat? seat) ? seat.Balance : null;
        }
    }

    /// <summary>Blocks have left the chain: no nonce is believed any more, and all are asked at once.</summary>
    internal Task ReorganisedAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (SignerSeat seat in _seats.Values)
            {
                seat.Confirmed = null;
                seat.Used = 0;
                seat.Watch.Reorganised();
            }
        }

        return RefreshAsync(cancellationToken);
    }

    /// <summary>Reads nonce and balance of every signer that is not known well enough, in one round trip; asks nothing when all are.</summary>
    internal async Task RefreshAsync(CancellationToken cancellationToken)
    {
        SignerSeat[] due;
        lock (_lock)
        {
            due = [.. _seats.Values.Where(seat => seat.Confirmed is null || _clock.GetElapsedTime(seat.SeenAt) >= (seat.IsShared ? SharedLook : _believed))];
        }

        if (due.Length > 0)
        {
            EthBatch batch = _eth.Batch();
            Question[] asked = [.. due.Select(seat => Ask(seat, batch))];
            await batch.SendAsync(cancellationToken);
            foreach (Question question in asked)
            {
                See(question.Seat, question.Balance.Value, question.Latest.Value, question.Pending is { Failed: false } pending ? pending.Value : null);
            }
        }

        Announce();
    }

    /// <summary>
    /// Occupies a signer with a nonce that is already decided: a stored bundle, or a gap. <c>null</c> when it is not configured, or the nonce is
    /// leased already.
    /// </summary>
    internal SignerLease? Resume(Address signer, ulong nonce)
    {
        lock (_lock)
        {
            if (!_seats.TryGetValue(signer, out SignerSeat? seat) || seat.Fence is null || seat.Leased.Contains(nonce))
            {
                return null;
            }

            if (seat.Confirmed is null)
            {
                seat.Signer.ObserveNonce(nonce); // the store's word, until the chain is asked
            }

            return Occupy(seat, nonce);
        }
    }

    internal SignerLease? Use(SignerPlace place)
    {
        lock (_lock)
        {
            SignerSeat seat = _seats[place.Address];
            seat.Reserved--;
            return IsFree(seat) ? Occupy(seat, seat.NextNonce) : null;
        }
    }

    internal void GiveBack(SignerPlace place)
    {
        lock (_lock)
        {
            _seats[place.Address].Reserved--;
            _anyFree = _seats.Values.Any(IsFree);
        }
    }

    internal void GiveBack(SignerLease lease)
    {
        lock (_lock)
        {
            Leave(_seats[lease.Address], lease);
            _anyFree = _seats.Values.Any(IsFree);
        }
    }

    internal void End(SignerLease lease, bool nonceIsUsed, TimeSpan rest)
    {
        lock (_lock)
        {
            SignerSeat seat = _seats[lease.Address];
            if (!IsOf(seat, lease))
            {
                return;
            }

            Leave(seat, lease);
            if (nonceIsUsed)
            {
                seat.Used = Math.Max(seat.Used, lease.Nonce + 1);
                seat.Watch.Used(lease.Nonce);
                seat.Signer.ObserveNonce(Math.Max(seat.Used, seat.Confirmed ?? 0));
            }
            else
            {
                seat.Confirmed = null;
            }

            seat.RestsUntil = Math.Max(seat.RestsUntil, After(rest));
        }

        Announce();
    }

    private SignerSeat? FirstFree() =>
        _seats.Values.Where(seat => seat.Signer.SendsBundles && IsFree(seat)).MinBy(seat => (seat.Taken, seat.FreeSince));

    private bool IsFree(SignerSeat seat) =>
        seat.Taken < _maxInFlight && seat is { Confirmed: not null, Signer.Health: not { IsHealthy: false } }
        && IsOurs(seat) && seat.Balance >= _floor && _clock.GetTimestamp() >= seat.RestsUntil && !seat.IsShared;

    private SignerLease Occupy(SignerSeat seat, ulong nonce)
    {
        seat.Leased.Add(nonce);
        _anyFree = _seats.Values.Any(IsFree);
        return new SignerLease(this, seat.Signer, nonce, seat.Fence!);
    }

    // What was leased before the key was another node's means nothing now.
    private static bool IsOf(SignerSeat seat, SignerLease lease) => seat.Fence == lease.Fence;

    private bool IsOurs(SignerSeat seat) => seat.Fence is { } fence && _duties.Holds(fence);

    private void Leave(SignerSeat seat, SignerLease lease)
    {
        if (!IsOf(seat, lease))
        {
            return;
        }

        seat.Leased.Remove(lease.Nonce);
        seat.FreeSince = _clock.GetTimestamp();
    }

    // What waits in the node's pool tells of somebody else before a block does.
    private static Question Ask(SignerSeat seat, EthBatch batch) => new(
        seat,
        batch.GetBalance(seat.Signer.Address, BlockTag.Latest),
        batch.GetTransactionCount(seat.Signer.Address, BlockTag.Latest),
        seat.Balance is null || seat.IsShared ? batch.GetTransactionCount(seat.Signer.Address, BlockTag.Pending) : null);

    private long After(TimeSpan time) => _clock.GetTimestamp() + (long)(time.TotalSeconds * _clock.TimestampFrequency);

    private void See(SignerSeat seat, UInt256 balance, ulong nonce, ulong? pending)
    {
        bool wasPoor;
        bool isForeign;
        bool isQuiet = false;
        lock (_lock)
        {
            wasPoor = seat.Balance < _floor;
            isForeign = seat.Fence is not null && seat.Watch.Observe(nonce, pending, seat.Leased);
            if (isForeign)
            {
                // Not evenly: two nodes that wait for each other must not wake together.
                seat.QuietAt = After(_quiet * (1 + Random.Shared.NextDouble()));
                seat.IsShared = true;
            }
            else if (seat.IsShared && _clock.GetTimestamp() >= seat.QuietAt)
            {
                seat.IsShared = false;
                isQuiet = true;
            }

            seat.Balance = balance;
            seat.Confirmed = nonce;
            seat.Signer.ObserveNonce(nonce);
            seat.SeenAt = _clock.GetTimestamp();
        }

        if (isForeign)
        {
            _logger.SignerShared(seat.Watch.LastForeign!.Value, seat.Signer.Address, _quiet.TotalSeconds);
        }
        else if (isQuiet)
        {
            _logger.SignerAlone(seat.Signer.Address);
        }

        if (balance < _floor && !wasPoor)
        {
            _logger.SignerTooPoor(seat.Signer.Address, balance, _floor);
        }
        else if (balance >= _floor && wasPoor)
        {
            _logger.SignerFunded(seat.Signer.Address, balance);
        }
    }

    /// <summary>What the chain is asked of one signer.</summary>
    private sealed record Question(SignerSeat Seat, Pending<UInt256> Balance, Pending<ulong> Latest, Pending<ulong>? Pending);
}
