using Bundler.Engine.Gas;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Submission.Machine;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Submission;

/// <summary>A bundle on its way, driven event by event, with the clock in the test's hands.</summary>
internal sealed class Flights(SubmissionPolicy policy)
{
    public const ulong Nonce = 7;

    public static readonly Address Signer = Address.Parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
    public static readonly Address EntryPoint = Address.Parse("0x0000000071727De22E5E9d8BAf0edAc6f37da032");
    public static readonly IReadOnlyList<Hash32> Operations = [HashOf(0xa1), HashOf(0xa2)];
    public static readonly FeeQuote Market = new(100, 10, 1);
    public static readonly TransactionFees Ceiling = new(1_000, 100);

    public static readonly SubmissionPolicy Policy = new()
    {
        ReplaceAfter = TimeSpan.FromSeconds(5),
        Deadline = TimeSpan.FromSeconds(60),
        MaxReplacements = 8,
        MaxCancellations = 3,
        PriceBumpPercent = 12,
        MaxCancellationFee = 5_000,
    };

    private readonly SubmissionMachine _machine = new(policy);
    private byte _nextHash;

    public Flights()
        : this(Policy)
    {
    }

    public SubmissionState State { get; private set; } = SubmissionState.Idle.Instance;

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    /// <summary>Every action so far.</summary>
    public List<SubmissionAction> All { get; } = [];

    public InFlight Flight => SubmissionMachine.Flight(State)!;

    public Hash32 Newest => Flight.Newest!.Hash;

    public static Hash32 HashOf(byte last) => Hash32.From(last);

    public static SubmissionEvent.BundleReceived Bundle(TimeSpan? expiresAt = null, TransactionFees? ceiling = null) =>
        new(Guid.Empty, EntryPoint, Operations, Signer, Nonce, ceiling ?? Ceiling, Market, expiresAt);

    public static TransactionReceipt Receipt(Hash32 hash, bool success = true) => new()
    {
        TransactionHash = hash,
        TransactionIndex = 0,
        BlockHash = HashOf(0xbb),
        BlockNumber = 5,
        From = Signer,
        Success = success,
        GasUsed = 1,
        CumulativeGasUsed = 1,
        EffectiveGasPrice = 1,
        Type = 2,
        LogsBloom = default,
        Logs = [],
    };

    public static SubmissionOutcome OutcomeOf(IReadOnlyList<SubmissionAction> actions) =>
        actions.OfType<SubmissionAction.ReportOutcome>().Single().Outcome;

    public static SendError Refusal(string message) => SendError.Classify(new JsonRpcError(-32000, message, null));

    public IReadOnlyList<SubmissionAction> Step(SubmissionEvent happened)
    {
        SubmissionStep step = _machine.Step(State, happened, Now);
        State = step.State;
        All.AddRange(step.Actions);
        return step.Actions;
    }

    public Flights Passes(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        return this;
    }

    public IReadOnlyList<SubmissionAction> Ticks(double afterSeconds = 0) => Passes(afterSeconds).Step(SubmissionEvent.Tick.Instance);

    /// <summary>The signature that an action asks for is made and stored.</summary>
    public IReadOnlyList<SubmissionAction> Signs(SubmissionAction action)
    {
        SubmissionAction.SignAndStore wanted = (SubmissionAction.SignAndStore)action;
        Hash32 hash = HashOf(++_nextHash);
        return Step(new SubmissionEvent.Signed(new SignedVersion(hash, hash.ToBytes(), wanted.Fees, wanted.IsCancellation)));
    }

    /// <summary>A bundle whose first version is signed and not answered yet.</summary>
    public Flights Sending(SubmissionEvent.BundleReceived? bundle = null)
    {
        Signs(Step(bundle ?? Bundle())[0]);
        return this;
    }

    /// <summary>A bundle whose first version a node has.</summary>
    public Flights Accepted(SubmissionEvent.BundleReceived? bundle = null)
    {
        Sending(bundle).Step(new SubmissionEvent.Sent(Newest));
        return this;
    }

    /// <summary>A bundle whose cancellation a node has.</summary>
    public Flights Cancelling()
    {
        Accepted().Accept(Signs(Step(SubmissionEvent.OperationsGone.Instance)[0]));
        return this;
    }

    /// <summary>A node takes what is sent.</summary>
    public void Accept(IReadOnlyList<SubmissionAction> sent) =>
        Step(new SubmissionEvent.Sent(sent.OfType<SubmissionAction.Send>().Single().TransactionHash));

    public IReadOnlyList<SubmissionAction> Refused(string message) => Step(new SubmissionEvent.SendRefused(Newest, Refusal(message)));
}
