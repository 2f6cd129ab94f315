using Bundler.Engine.Bundling;
using Bundler.Engine.Chain;
using Bundler.Engine.Development;
using Bundler.Engine.Fleet;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission.Machine;
using Bundler.Engine.Submission.Signers;
using Bundler.Erc4337;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Submission.Flights;

/// <summary>
/// All bundles in flight. A step asks the node once for all of them, lets every machine decide, and then does what they decided: what
/// faults for one bundle does not keep another from going on, and what is not answered is asked in the next step. One caller at a time.
/// </summary>
internal sealed partial class FlightBoard(
    FlightGround ground,
    SignerPool signers,
    FlightInquiry inquiry,
    NonceQueue queue,
    HeadFeed heads,
    FeeOracle fees,
    ChainProfile chain,
    ServedEntryPoints entryPoints,
    Mempools mempools,
    IOptions<GasOptions> gas)
{
    /// <summary>Questions that come up while acting are asked at once, so often in one step.</summary>
    private const int MaxRounds = 3;

    private readonly List<Flight> _flights = [];
    private readonly TaskCompletionSource _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly UInt256 _maxGasPrice = gas.Value.MaxGasPriceWei == 0 ? UInt256.MaxValue : gas.Value.MaxGasPriceWei;
    private volatile bool _isAtRest = true;
    private bool _signersAreRead = true;

    /// <summary>Done when <see cref="RecoverAsync"/> is: before, the signers' nonces are not known to be free.</summary>
    public Task Recovered => _recovered.Task;

    public int Count => _flights.Count;

    /// <summary>All that the machines decided is done: signed, stored and sent. May be asked at any time.</summary>
    public bool IsAtRest => _isAtRest;

    /// <summary>Takes up what an earlier life of the node left in flight, and marks its operations as taken. Asks only the store.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        if (_recovered.Task.IsCompleted)
        {
            return;
        }

        if (ground.Duties.IsSole)
        {
            Resume(await ground.Store.LoadOpenAsync(cancellationToken), _ => Fence.Sole);
        }

        _recovered.TrySetResult();
    }

    /// <summary>Takes up new work; it is signed with the next <see cref="ActAsync"/>.</summary>
    public void Add(LeasedWork leased)
    {
        switch (leased)
        {
            case LeasedBundle(Bundle bundle, SignerLease lease):
                Add(bundle, lease);
                break;
            case LeasedTransfer(Transfer transfer, SignerLease lease):
                Add(transfer, lease);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"{leased} is no work");
        }
    }

    private void Add(Transfer transfer, SignerLease lease)
    {
        TransactionFees ceiling = Capped(transfer.Ceiling.MaxFeePerGas, transfer.Ceiling.MaxPriorityFeePerGas);
        Flight flight = new(ground, lease, ground.Factory.ForTransfer(transfer, lease.Nonce, ceiling)) { Fence = lease.Fence };
        _flights.Add(flight);
        flight.Feed(new SubmissionEvent.BundleReceived(
            transfer.Id, transfer.To, [], lease.Address, lease.Nonce, ceiling, fees.Latest, ExpiresAt: null));
    }

    private void Add(Bundle bundle, SignerLease lease)
    {
        TransactionFees ceiling = Capped(bundle.LowestMaxFee, bundle.LowestTip);
        Flight flight = new(ground, lease, ground.Factory.ForBundle(bundle, lease.Nonce, ceiling))
        {
            Fence = lease.Fence,
            Conditions = BundleConditions.Of(bundle, heads.Latest, chain),
            GasAtRisk = bundle.GasAtRisk,
            HasStrangers = bundle.HasStrangers,
            Operations = bundle.Entries,
        };
        _flights.Add(flight);
        flight.Feed(new SubmissionEvent.BundleReceived(
            bundle.Id,
            bundle.EntryPoint.Address,
            [.. bundle.UserOpHashes],
            lease.Address,
            lease.Nonce,
            ceiling,
            fees.Latest,
            BundleExpiry.Of(bundle.Entries, heads.Latest, chain, ground.Now)));
    }

    /// <summary>A new block: other fees, and perhaps receipts.</summary>
    public async Task OnHeadAsync(CancellationToken cancellationToken)
    {
        if (_flights.Count > 0)
        {
            SubmissionEvent head = new SubmissionEvent.HeadSeen(await MarketAsync(cancellationToken));
            _flights.ForEach(flight => flight.Feed(head));
            await OnTickAsync(cancellationToken);
        }
    }

    /// <summary>Time has passed.</summary>
    public async Task OnTickAsync(CancellationToken cancellationToken)
    {
        // Seen before the receipts are asked: whatever block took the operations, its receipts are then known to the node.
        Flight[] bereft = [.. _flights.Where(IsBereft)];
        inquiry.BeginRound();
        await inquiry.AskAsync(_flights, cancellationToken);
        foreach (Flight flight in bereft.Where(flight => !inquiry.IsLost(flight)))
        {
            flight.Feed(SubmissionEvent.OperationsGone.Instance);
        }

        foreach (Flight flight in queue.HoldingUp(_flights))
        {
            flight.Feed(SubmissionEvent.PayersWait.Instance);
        }

        _flights.ForEach(flight => flight.Feed(SubmissionEvent.Tick.Instance));
        await ActAsync(cancellationToken);
        await ReadSignersAsync(cancellationToken);
    }

    /// <summary>Does what the machines have decided.</summary>
    public async Task ActAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync(cancellationToken);
        for (int round = 0; round < MaxRounds && _flights.Exists(inquiry.IsOpen); round++)
        {
            await inquiry.AskAsync(_flights, cancellationToken);
            await ExecuteAsync(cancellationToken);
        }
    }

    /// <summary>The last known price where the node does not tell: a head brings more than that.</summary>
    private async Task<FeeQuote> MarketAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await fees.CurrentAsync(cancellationToken);
        }
        catch (Exception fault) when (FlightInquiry.IsLoss(fault))
        {
            return fees.Latest;
        }
    }

    /// <summary>They stay due when the node does not tell; told once.</summary>
    private async Task ReadSignersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await signers.RefreshAsync(cancellationToken);
            _signersAreRead = true;
        }
        catch (Exception fault) when (FlightInquiry.IsLoss(fault))
        {
            if (_signersAreRead)
            {
                ground.Logger.SignersUnread(fault.Message);
            }

            _signersAreRead = false;
        }
    }

    private async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        _isAtRest = false;
        try
        {
            _flights.ForEach(flight => flight.BeginSigning(cancellationToken));
            await Task.WhenAll(_flights.GroupBy(flight => flight.Signer).SelectMany(flights => InTurn(flights, cancellationToken)).ToArray());
        }
        finally
        {
            FillGaps();
            FillWhatWasLeft();
            _flights.RemoveAll(flight => flight.IsOver);
            LeaveLost();
            _isAtRest = _flights.TrueForAll(flight => !flight.IsActing);
        }
    }

    /// <summary>A signer's transactions reach the node in the order of their nonces; what faults for one keeps no other from its turn.</summary>
    private static IEnumerable<Task> InTurn(IEnumerable<Flight> flights, CancellationToken cancellationToken)
    {
        Task before = Task.CompletedTask;
        foreach (Flight flight in flights.OrderBy(flight => flight.Nonce))
        {
            before = AfterAsync(before, flight, cancellationToken);
            yield return before;
        }
    }

    private static async Task AfterAsync(Task before, Flight flight, CancellationToken cancellationToken)
    {
        // WhenAny waits for the end without throwing what it ended with.
        await Task.WhenAny(before);
        await flight.ExecuteAsync(cancellationToken);
    }

    /// <summary>What is not the transaction that was signed can neither be sent again nor be looked for; it stays in the store.</summary>
    private bool IsWhole(StoredTransaction stored)
    {
        bool isWhole = Keccak256.Hash(stored.Raw.Span) == stored.TransactionHash;
        if (!isWhole)
        {
            ground.Logger.TransactionUnreadable(stored.TransactionHash, stored.BundleId);
        }

        return isWhole;
    }

    private void Resume(IReadOnlyList<StoredTransaction> open, Func<Address, Fence?> fenceOf)
    {
        foreach (IGrouping<Guid, StoredTransaction> bundle in open.Where(IsWhole).GroupBy(transaction => transaction.BundleId))
        {
            if (fenceOf(bundle.First().Signer) is { } fence)
            {
                Resume([.. bundle], fence);
                FaultSwitch.Pass(FaultPoint.AfterFlightsRecovered);
            }
        }
    }

    private void Resume(IReadOnlyList<StoredTransaction> versions, Fence fence)
    {
        StoredTransaction first = versions[0];
        SignerLease? lease = signers.Resume(first.Signer, first.Nonce);
        StoredTransaction? bundle = versions.LastOrDefault(version => !version.IsCancellation);
        Transaction? transaction = bundle is null ? null : Transaction.Decode(bundle.Raw).Transaction;
        UInt256 gasAtRisk = bundle is { IsTransfer: false } ? transaction!.GasLimit : UInt256.Zero;
        if (!gasAtRisk.IsZero)
        {
            ground.Purse.Put(first.BundleId, gasAtRisk * versions.Select(version => version.MaxFeePerGas).Aggregate(UInt256.Max));
        }

        Flight flight = new(ground, lease, transaction) { Fence = fence, GasAtRisk = gasAtRisk };
        _flights.Add(flight);
        IReadOnlyList<MempoolEntry> entries = bundle is null ? [] : Take(bundle);
        flight.Feed(new SubmissionEvent.Recovered(
            versions, CeilingOf(versions[^1], transaction), fees.Latest, BundleExpiry.Of(entries, heads.Latest, chain, ground.Now), lease is not null));
        ground.Logger.Recovered(first.BundleId, versions.Count, first.Signer, first.Nonce, bundle?.UserOpHashes.Count ?? 0);
        if (lease is null)
        {
            ground.Logger.SignerMissing(first.BundleId, first.Signer);
        }
    }

    /// <summary>Those that are taken already, because another node had the bundle, are its operations too.</summary>
    private IReadOnlyList<MempoolEntry> Take(StoredTransaction bundle)
    {
        if (!mempools.TryGet(bundle.EntryPoint, out Mempool? pool))
        {
            return [];
        }

        pool.Take(bundle.UserOpHashes);
        return [.. bundle.UserOpHashes.Select(userOpHash => pool.TryGet(userOpHash, out MempoolEntry? entry) ? entry : null).OfType<MempoolEntry>()];
    }

    /// <summary>What the operations in the call data pay; when they cannot be read, no more than was paid already.</summary>
    private TransactionFees CeilingOf(StoredTransaction newest, Transaction? transaction)
    {
        IReadOnlyList<UserOperation>? operations =
            transaction is null ? null : entryPoints.Find(newest.EntryPoint)?.Bundles.DecodeOperations(transaction.Data);
        return operations is { Count: > 0 }
            ? Capped(operations.Min(operation => operation.MaxFeePerGas), operations.Min(operation => operation.MaxPriorityFeePerGas))
            : new TransactionFees(newest.MaxFeePerGas, newest.MaxPriorityFeePerGas);
    }

    private TransactionFees Capped(UInt256 maxFee, UInt256 tip) => new(UInt256.Min(maxFee, _maxGasPrice), UInt256.Min(tip, _maxGasPrice));

    private bool IsBereft(Flight flight) =>
        flight.State is SubmissionState.Pending { Flight: { } bundle }
        && mempools.TryGet(bundle.EntryPoint, out Mempool? pool)
        && bundle.UserOpHashes.Any(userOpHash => !pool.TryGet(userOpHash, out MempoolEntry? _));

    private void FillGaps()
    {
        foreach (Flight flight in _flights.ToArray())
        {
            if (flight is not { Gap: { } gap, InFlight: { } behind })
            {
                continue;
            }

            flight.Gap = null;
            Fill(gap.From, gap.Before, behind);
        }
    }

    /// <summary>A bundle that no node took leaves its nonce unused: what is in flight behind it cannot be mined before that is used up.</summary>
    private void FillWhatWasLeft()
    {
        foreach (Flight over in _flights.Where(flight => flight is { IsOver: true, LeavesNonce: true }).ToArray())
        {
            if (_flights.Find(other => other.Signer == over.Signer && other.Nonce > over.Nonce && other.InFlight is not null) is { InFlight: { } behind })
            {
                Fill(over.Nonce, over.Nonce + 1, behind);
            }
        }
    }

    /// <summary>Uses nonces up that nobody has: not those of a bundle that is in flight or being built.</summary>
    private void Fill(ulong from, ulong before, InFlight behind)
    {
        for (ulong nonce = from; nonce < before; nonce++)
        {
            if (signers.Resume(behind.Signer, nonce) is { } lease)
            {
                ground.Logger.GapFound(nonce, behind.Nonce, behind.Signer);
                Flight filler = new(ground, lease, bundle: null) { Fence = lease.Fence };
                filler.Feed(new SubmissionEvent.GapFound(Guid.NewGuid(), behind.EntryPoint, behind.Signer, nonce, behind.Market));
                _flights.Add(filler);
            }
        }
    }
}
