using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Blaming;

/// <summary>Whom a failure after admission is held against, and how (ERC-7562); pure.</summary>
public static class Blame
{
    /// <summary>
    /// A failure at second validation: a staked factory answers for its account at once (EREP-020), nobody else is banned, and who could not help it
    /// gets its opsSeen back.
    /// </summary>
    public static IReadOnlyList<Verdict> AtSecondValidation(MempoolEntry entry, EntityKind failed, StakePolicy stakes)
    {
        List<Verdict> verdicts = [];
        if (failed == EntityKind.Account && StakedFactory(entry, stakes) is { } maker)
        {
            verdicts.Add(new Verdict(maker, ReputationEffect.Ban, Erc7562Rule.Erep020));
        }

        verdicts.AddRange(Innocent(entry, failed, IsStaked(entry, entry.Operation.Sender, stakes)));
        return verdicts;
    }

    /// <inheritdoc cref="AtSecondValidation(MempoolEntry, EntityKind, StakePolicy)"/>
    public static IReadOnlyList<Verdict> AtSecondValidation(MempoolEntry entry, Rejection rejection, StakePolicy stakes) =>
        AtSecondValidation(entry, Failed(rejection), stakes);

    /// <summary>
    /// The operation goes because its nonce is used otherwise, or because one before it in its nonce order went: that is its account's doing, and
    /// nobody else had the chance to be included with it (EREP-015, EREP-016).
    /// </summary>
    public static IReadOnlyList<Verdict> OfPassedOver(MempoolEntry entry) => Innocent(entry, EntityKind.Account, senderStaked: false);

    /// <summary>
    /// A failure of the bundle that passed second validation (GREP-040): the entity that failed is banned. A staked factory answers for its
    /// account (EREP-020), a staked account for its paymaster and aggregator (EREP-030); an unstaked sender loses nothing but its operation.
    /// </summary>
    public static IReadOnlyList<Verdict> AtBundleCreation(MempoolEntry entry, EntityKind failed, StakePolicy stakes)
    {
        UserOperation op = entry.Operation;
        bool senderStaked = IsStaked(entry, op.Sender, stakes);
        Address? factory = FactoryOf(op);
        List<Verdict> verdicts = [];
        switch (failed)
        {
            case EntityKind.Account when StakedFactory(entry, stakes) is { } maker:
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

        verdicts.AddRange(Innocent(entry, failed, senderStaked));
        return verdicts;
    }

    /// <summary>
    /// EREP-015: the paymaster answers for neither account nor factory. EREP-016: the aggregator answers for none of the three. EREP-030: for a staked
    /// account's other entities the account answers.
    /// </summary>
    private static List<Verdict> Innocent(MempoolEntry entry, EntityKind failed, bool senderStaked)
    {
        List<Verdict> innocent = [];
        if (entry.Operation.Paymaster is { } paymaster)
        {
            Acquit(paymaster, failed is EntityKind.Account or EntityKind.Factory, failed == EntityKind.Paymaster && senderStaked, Erc7562Rule.Erep015);
        }

        if (entry.Validation?.Aggregator is { } aggregator)
        {
            Acquit(aggregator, failed != EntityKind.Aggregator, failed == EntityKind.Aggregator && senderStaked, Erc7562Rule.Erep016);
        }

        return innocent;

        void Acquit(Address entity, bool byItsOwnRule, bool byItsAccount, string rule)
        {
            if (byItsOwnRule || byItsAccount)
            {
                innocent.Add(new Verdict(entity, ReputationEffect.Unsee, byItsOwnRule ? rule : Erc7562Rule.Erep030));
            }
        }
    }

    private static Address? FactoryOf(UserOperation operation) =>
        operation.Factory is { } named && named != Eip7702Marker.Address ? named : null;

    private static Address? StakedFactory(MempoolEntry entry, StakePolicy stakes) =>
        FactoryOf(entry.Operation) is { } factory && IsStaked(entry, factory, stakes) ? factory : null;

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
