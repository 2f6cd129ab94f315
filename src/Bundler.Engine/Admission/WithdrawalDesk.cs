using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Admission;

/// <summary>
/// Lets an account take its own pending operation back. The proof is an operation that could never be worth including (no fees, no call) and that the
/// account's own validation accepts: whoever can sign for the account can withdraw, nobody else.
/// </summary>
public sealed class WithdrawalDesk(
    AdmissionRules rules,
    FactReader facts,
    OperationValidator validator,
    Mempools mempools,
    HeadFeed heads,
    ValidationTurns turns,
    IOptions<AdmissionOptions> options,
    TimeProvider clock,
    ILogger<WithdrawalDesk> logger)
{
    private const string Reason = "withdrawn by its sender";

    private readonly TimeSpan _minAge = TimeSpan.FromSeconds(options.Value.MinWithdrawalAgeSeconds);

    /// <summary>Withdraws the pending operation of the proof's sender and nonce, or says why not.</summary>
    public async Task<Outcome<Withdrawal>> WithdrawAsync(EntryPoint entryPoint, UserOperation proof, CancellationToken cancellationToken)
    {
        Mempool pool = mempools[entryPoint.Address];
        if (CheckFields(entryPoint, proof) is { } malformed)
        {
            return malformed;
        }

        if (pool.FindBy(proof.Sender, proof.Nonce) is not { } entry)
        {
            return Withdrawal.Nothing;
        }

        if (CheckEntry(entry, proof) is { } unfit)
        {
            return unfit;
        }

        ChainHead head = await heads.CurrentAsync(cancellationToken);
        ValidationFacts known = await facts.ReadAsync(entryPoint, proof, cancellationToken);
        AdmissionContext context = new() { EntryPoint = entryPoint, Operation = proof, Packed = Bytes.Empty, Facts = known };
        IReadOnlyList<UserOperation> before = pool.Ask(context.QueuedBefore);
        Outcome<ValidationResult> validated = await turns.RunAsync(
            () => validator.ValidateAsync(entryPoint, proof, known, before, head, cancellationToken), cancellationToken);
        return validated.Accepted ? await RemoveAsync(pool, entry, cancellationToken) : validated.Rejection;
    }

    private Rejection? CheckFields(EntryPoint entryPoint, UserOperation proof) => proof switch
    {
        { PreVerificationGas.IsZero: false } => MustBeZero("preVerificationGas"),
        { CallGasLimit.IsZero: false } => MustBeZero("callGasLimit"),
        { MaxFeePerGas.IsZero: false } => MustBeZero("maxFeePerGas"),
        { CallData.IsEmpty: false } => new Rejection.InvalidFields("callData", "must be 0x in the proof of a withdrawal"),
        _ => CheckBounds(entryPoint, proof),
    };

    /// <summary>What every operation must keep to before it is simulated; a proof apart from being worthless.</summary>
    private Rejection? CheckBounds(EntryPoint entryPoint, UserOperation proof)
    {
        UserOperation sendable = proof with { CallGasLimit = options.Value.MinCallGasLimit, MaxPriorityFeePerGas = UInt256.Zero };
        AdmissionContext context = new() { EntryPoint = entryPoint, Operation = sendable, Packed = entryPoint.Operations.Pack(sendable) };
        return rules.OfTheOperation.Select(rule => rule.Check(context)).FirstOrDefault(rejection => rejection is not null);
    }

    private static Rejection.InvalidFields MustBeZero(string field) => new(field, "must be 0x0 in the proof of a withdrawal");

    private Rejection? CheckEntry(MempoolEntry entry, UserOperation proof)
    {
        UserOperation pending = entry.Operation;
        if (proof.Factory != pending.Factory || proof.FactoryData != pending.FactoryData)
        {
            return new Rejection.InvalidFields("factory", "must be that of the pending operation, with the same data");
        }

        if (proof.Eip7702Auth != pending.Eip7702Auth)
        {
            return new Rejection.InvalidFields("eip7702Auth", "must be that of the pending operation");
        }

        TimeSpan age = clock.GetUtcNow() - entry.AdmittedAt;
        return entry.State != EntryState.Pending ? Refused(entry)
            : age < _minAge
            ? new Rejection.InvalidFields("nonce", $"the operation {entry.UserOpHash} can be withdrawn in {(_minAge - age).TotalSeconds:0.#} s")
            : null;
    }

    private static Rejection.InvalidFields Refused(MempoolEntry entry) => new("nonce", entry.State == EntryState.Unvalidated
        ? $"the operation {entry.UserOpHash} is being validated again after a restart, try again"
        : $"the operation {entry.UserOpHash} is in a bundle already");

    private async Task<Outcome<Withdrawal>> RemoveAsync(Mempool pool, MempoolEntry entry, CancellationToken cancellationToken)
    {
        // Only what is in no bundle, of whatever node, when the store takes the last word.
        IReadOnlyList<MempoolEntry> gone = await pool.DropAsync([entry.UserOpHash], _ => Reason, cancellationToken);
        if (gone.Count == 0)
        {
            return pool.TryGet(entry.UserOpHash, out MempoolEntry? now) ? Refused(now) : Withdrawal.Nothing;
        }

        logger.Withdrawn(entry.UserOpHash, entry.Operation.Sender);
        return new Withdrawal(entry.UserOpHash);
    }
}

/// <summary>What was withdrawn; nothing when no operation of that sender and nonce was pending.</summary>
public sealed record Withdrawal(Hash32? UserOpHash)
{
    public static Withdrawal Nothing { get; } = new((Hash32?)null);
}
