using Bundler.Engine.Admission;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Admission;

/// <summary>A mempool, a reputation ledger and the context of an operation: what an admission rule is tried on.</summary>
internal sealed class AdmissionBench
{
    private long _sequence;

    public ReputationLedger Reputation { get; } = new(new MemoryReputationStore(), new ReputationConstants(), ReputationLists.None);

    public StakePolicy Stakes { get; } = new(A.Chain);

    public Mempool Pool { get; } = new(A.EntryPoint, new PoolOptions(), new MemoryMempoolStore(), new OperationFeed(), TimeProvider.System);

    /// <summary>An operation that waits in the mempool; no rule was asked.</summary>
    public async Task<MempoolEntry> PendAsync(UserOperation operation, ValidationResult? validation = null)
    {
        MempoolEntry entry = A.Entry(operation, validation, ++_sequence);
        Outcome<Hash32> outcome = await Pool.AddAsync(entry, _ => null, default);
        Assert.That(outcome.Accepted, Is.True);
        return entry;
    }

    /// <summary>Operations with nonces 0 … count − 1.</summary>
    public async Task PendManyAsync(UserOperation operation, int count)
    {
        for (int sequence = 0; sequence < count; sequence++)
        {
            await PendAsync(operation with { Nonce = (UInt256)(ulong)sequence });
        }
    }

    /// <summary>One operation for each of many senders, otherwise alike.</summary>
    public async Task PendOfManySendersAsync(UserOperation operation, int count)
    {
        for (int sender = 0; sender < count; sender++)
        {
            await PendAsync(operation with { Sender = A.AddressOf(sender) });
        }
    }

    public static AdmissionContext Of(UserOperation operation) => new()
    {
        EntryPoint = A.EntryPoint,
        Operation = operation,
        Packed = A.EntryPoint.Operations.Pack(operation),
        Facts = A.Facts(),
        Fees = A.Fees,
        UserOpHash = A.EntryPoint.Hash(operation, A.Chain.ChainId, null),
    };

    public static AdmissionContext Of(UserOperation operation, params StakeInfo[] stakes) =>
        Of(operation) with { Facts = A.Facts() with { Stakes = stakes.ToDictionary(stake => stake.Address) } };

    public Rejection? Ask(IAdmissionRule rule, AdmissionContext context) => Pool.Ask(view => rule.Check(context with { Pool = view }));
}
