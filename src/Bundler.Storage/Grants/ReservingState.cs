using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>
/// All that the reservations of one transaction are decided by: read once before the first, changed by each, and written once after the last. What many of them share, such as the sums of a paymaster, is
/// read once and written once.
/// </summary>
internal sealed class ReservingState
{
    private readonly Dictionary<(Address EntryPoint, Address Sender, UInt256 Nonce), List<GrantRow>> _slots = [];
    private readonly Dictionary<GrantScopeName, GrantSums> _sums = [];
    private readonly HashSet<GrantScopeName> _changed = [];
    private readonly Dictionary<Address, GrantLiability> _living = [];
    private readonly Dictionary<(Address Paymaster, ulong AsOf), UInt256> _elsewhere = [];
    private readonly Dictionary<string, DateTimeOffset> _keys = [];
    private readonly Dictionary<GrantId, Grant> _named = [];
    private readonly HashSet<GrantId> _shared = [];
    private readonly HashSet<GrantId> _forgotten = [];
    private readonly List<GrantRow> _added = [];
    private DateTimeOffset _at;

    private ReservingState()
    {
    }

    public LedgerRow? Ledger { get; private set; }

    /// <summary>Before the first reservation, in two round trips: the windows depend on the sums.</summary>
    public static async Task<ReservingState> ReadAsync(SqlSession session, IReadOnlyList<GrantAsk> asks, CancellationToken cancellationToken)
    {
        ReservingState state = new();
        ReservingQueries queries = new(asks);
        await session.ReadAsync(queries.All, cancellationToken);
        state.Take(queries);

        // A clock that is behind the others counts where they are: nothing leaves an hour twice.
        state._at = asks.Select(ask => ask.Request.At).Concat(state._sums.Values.Select(sums => sums.At)).Max();
        foreach ((GrantScopeName name, GrantSums moved) in await GrantWindows.MoveAsync(session, state._sums, state._at, GrantWindows.Step, cancellationToken))
        {
            state._sums[name] = moved;
            if (moved.At < state._at)
            {
                // What has come this far goes on from here the next time, whether or not anything is granted.
                state._changed.Add(name);
            }
        }

        return state;
    }

    public bool IsAlive(string key, DateTimeOffset at) => _keys.TryGetValue(key, out DateTimeOffset expiresAt) && expiresAt > at;

    /// <summary>Whether a name is of another grant. A denied one leaves its name to the very same question: the account has signed over it, and may send its operation again.</summary>
    public bool IsTaken(GrantId id, GrantRequest request) => _named.TryGetValue(id, out Grant? known)
        && !(known.State == GrantState.Denied && known.Request == request with { At = known.Request.At, Id = known.Request.Id });

    /// <summary>All grants of the request's nonce, in the order of their reservations.</summary>
    public IReadOnlyList<GrantRow> Slot(GrantRequest request) => _slots[SlotOf(request)];

    /// <summary>The sums of a scope now; <c>null</c>: it does not apply.</summary>
    public GrantSums? Sums(GrantRequest request, GrantScope scope) => GrantScopeName.Of(request, scope) is { } name ? _sums[name] : null;

    public GrantLiability Living(Address paymaster) => _living[paymaster];

    /// <inheritdoc cref="GrantLiabilityTable.Elsewhere"/>
    public UInt256 Elsewhere(GrantAsk ask) => _elsewhere[(ask.Request.Paymaster, ask.Limits.AsOf)];

    /// <summary>It is told again: of those who know it nobody is alone with it any more.</summary>
    public void Share(GrantRow row)
    {
        if (!row.IsShared)
        {
            _shared.Add(row.Grant.Id);
        }
    }

    /// <summary>It is reserved: those after it see it.</summary>
    public void Add(Grant grant, GrantShare share)
    {
        GrantRequest request = grant.Request;
        GrantRow row = new(0, grant, _at, share);
        _added.Add(row);
        if (_named.ContainsKey(grant.Id))
        {
            _forgotten.Add(grant.Id);
        }

        _named[grant.Id] = grant;
        _slots[SlotOf(request)].Add(row);
        _living[request.Paymaster] = _living[request.Paymaster] with { Reserved = _living[request.Paymaster].Reserved + share.Wei };
        foreach (GrantScopeName name in GrantScopeName.AllOf(request))
        {
            _sums[name] = _sums[name].With(_at, GrantShare.None, share);
            _changed.Add(name);
        }
    }

    /// <summary>After the last, in one round trip.</summary>
    public Task WriteAsync(SqlSession session, CancellationToken cancellationToken)
    {
        List<SqlCall> calls = [.. _forgotten.Select(GrantTables.Forget), .. _added.Select(GrantTables.Insert), .. _shared.Select(GrantTables.SetAsShared)];
        calls.AddRange(_changed.Select(name => GrantSumTables.Write(name, _sums[name])));
        calls.AddRange(_added.Select(row => row.Request.Paymaster).Distinct().Select(paymaster => GrantLiabilityTable.Write(paymaster, _living[paymaster])));
        ulong longest = _added.Select(row => GrantLedgerTable.WindowOf(row.Request)).DefaultIfEmpty().Max();
        if (longest > (Ledger?.LongestSeconds ?? 0))
        {
            calls.Add(GrantLedgerTable.SeeWindow(longest));
        }

        return session.ExecuteAsync(calls, cancellationToken);
    }

    private static (Address EntryPoint, Address Sender, UInt256 Nonce) SlotOf(GrantRequest request) => (request.EntryPoint, request.Sender, request.Nonce);

    private void Take(ReservingQueries queries)
    {
        Ledger = queries.Ledger.Rows.FirstOrDefault();
        foreach ((GrantRequest request, SqlQuery<GrantRow> slot) in queries.Slots)
        {
            _slots[SlotOf(request)] = [.. slot.Rows];
        }

        foreach ((GrantScopeName name, SqlQuery<GrantSums> sums) in queries.Sums)
        {
            _sums[name] = sums.Rows.FirstOrDefault() ?? GrantSums.Empty;
        }

        foreach ((Address paymaster, SqlQuery<GrantLiability> living) in queries.Living)
        {
            _living[paymaster] = living.Rows.FirstOrDefault() ?? GrantLiability.None;
        }

        foreach ((Address paymaster, ulong asOf, SqlQuery<UInt256> elsewhere) in queries.Elsewhere)
        {
            _elsewhere[(paymaster, asOf)] = GrantLiabilityTable.Sum(elsewhere.Rows);
        }

        foreach ((string key, SqlQuery<DateTimeOffset> expiry) in queries.Keys.Where(each => each.Expiry.Rows.Count > 0))
        {
            _keys[key] = expiry.Rows[0];
        }

        foreach (Grant known in queries.Named.SelectMany(each => each.Rows).Select(row => row.Grant))
        {
            _named[known.Id] = known;
        }
    }
}
