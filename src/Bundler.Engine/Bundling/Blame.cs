using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling;

/// <summary>Whom a failure after admission is held against, and how (ERC-7562); pure.</summary>
public static class Blame
{
    /// <summary>A failure at second validation: nobody is banned, but who could not help it gets its opsSeen back.</summary>
    public static IReadOnlyList<Verdict> AtSecondValidation(MempoolEntry entry, EntityKind failed) => Innocent(entry, failed);

    /// <inheritdoc cref="AtSecondValidation(MempoolEntry, EntityKind)"/>
    public static IReadOnlyList<Verdict> AtSecondValidation(MempoolEntry entry, Rejection rejection) => AtSecondValidation(entry, Failed(rejection));

    /// <summary>
    /// The operation goes because its nonce is used otherwise, or because one before it in its nonce order went: that is its account's doing, and
    /// nobody else had the chance to be included with it (EREP-015, EREP-016).
    /// </summary>
    public static IReadOnlyList<Verdict> OfPassedOver(MempoolEntry entry) => Innocent(entry, EntityKind.Account);

    /// <summary>
    /// A failure of the bundle that passed second validation (GREP-040): the entity that failed is banned. A staked factory answers for its
    /// account (EREP-020), a staked account for its paymaster and aggregator (EREP-030); an unstaked sender loses nothing but its operation.
    /// </summary>
    public static IReadOnlyList<Verdict> AtBundleCreation(MempoolEntry entry, EntityKind failed, StakePolicy stakes)
    {
        UserOperation op = entry.Operation;
        bool senderStaked = IsStaked(entry, op.Sender, stakes);
        Address? factory = op.Factory is { } named && named != Eip7702Marker.Address ? named : null;
        List<Verdict> verdicts = [];
        switch (failed)
        {
            case EntityKind.Account when factory is { } maker && IsStaked(entry, maker, stakes):
                verdicts.Add(new Verdict(maker, ReputationEffect.Ban, Erc7562Rule.Erep020));
                break;
            case EntityKind.Account when senderStaked:
                verdicts.Add(new Verdict(op.Sender, ReputationEffect.Ban, Erc7562Rule.Grep040));
                break;
            case EntityKind.Factory when factory is { } maker:
                verdicts.Add(new Verdict(maker, ReputationEffect.Ban, Erc7562Rule.Grep040));
                break;
            case EntityKind.Paymaster when senderStaked:
            case EntityKind.Aggregator when senderStaked:
                verdicts.Add(new Verdict(op.Sender, ReputationEffect.Ban, Erc7562Rule.Erep030));
                break;
            case EntityKind.Paymaster when op.Paymaster is { } paymaster:
                verdicts.Add(new Verdict(paymaster, ReputationEffect.Ban, Erc7562Rule.Grep040));
                break;
            case EntityKind.Aggregator when entry.Validation?.Aggregator is { } aggregator:
                verdicts.Add(new Verdict(aggregator, ReputationEffect.Ban, Erc7562Rule.Grep040));
                break;
            default:
                break;
        }

        verdicts.AddRange(Innocent(entry, failed));
        return verdicts;
    }

    /// <summary>EREP-015: the paymaster answers for neither account nor factory. EREP-016: the aggregator answers for none of the three.</summary>
    private static List<Verdict> Innocent(MempoolEntry entry, EntityKind failed)
    {
        List<Verdict> innocent = [];
        if (failed is EntityKind.Account or EntityKind.Factory && entry.Operation.Paymaster is { } paymaster)
        {
            innocent.Add(new Verdict(paymaster, ReputationEffect.Unsee, Erc7562Rule.Erep015));
        }

        if (failed != EntityKind.Aggregator && entry.Validation?.Aggregator is { } aggregator)
        {
            innocent.Add(new Verdict(aggregator, ReputationEffect.Unsee, Erc7562Rule.Erep016));
        }

        return innocent;
    }

    /// <summary>Which entity an AA code accuses: AA1x the factory, AA2x the account, AA3x the paymaster; nothing else names one.</summary>
    public static EntityKind? ByReason(string reason) =>
        AaError.Parse(reason)?.Blamed;

    private static EntityKind Failed(Rejection rejection) => rejection switch
    {
        Rejection.RejectedByPaymaster => EntityKind.Paymaster,
        Rejection.RuleViolated violated => violated.Violation.Entity.Kind,
        Rejection.StakeTooLow stake => stake.Entity.Kind,
        Rejection.SignatureInvalid signature => signature.Entity.Kind,
        Rejection.OutOfTimeRange { Paymaster: not null } => EntityKind.Paymaster,
        Rejection.RejectedByEntryPoint refused => ByReason(refused.Reason) ?? EntityKind.Account,
        _ => EntityKind.Account,
    };

    private static bool IsStaked(MempoolEntry entry, Address address, StakePolicy stakes) =>
        entry.Validation?.Stakes.TryGetValue(address, out StakeInfo stake) == true && stakes.IsStaked(stake);
}

/// <summary>What happens to the reputation of an address.</summary>
public enum ReputationEffect
{
    /// <summary>opsSeen − 1: it was not to blame.</summary>
    Unsee,

    /// <summary>EREP-070: throttled.</summary>
    Throttle,

    /// <summary>GREP-040: opsSeen = 10,000 and opsIncluded = 0.</summary>
    Ban,
}

/// <summary>An effect on one address, and the rule that asks for it.</summary>
public readonly record struct Verdict(Address Address, ReputationEffect Effect, string Rule);
