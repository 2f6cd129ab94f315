using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>
/// STO-010: the account's own storage. STO-021, STO-022: slots associated with the account in contracts that are no entity. STO-031 … STO-033: what a
/// staked paymaster or factory may do besides. OP-070: transient storage is judged alike.
/// </summary>
internal sealed class StorageRules : IErc7562Rule
{
    private readonly record struct Access(Hash32 Slot, bool Writes, bool Transient);

    public IEnumerable<RuleViolation> Check(RuleContext context) =>
        from visited in context.Frames
        where visited.Frame.StorageOwner is { } owner && !IsOwnAccount(context, owner) && owner != context.EntryPoint.Address
        let contract = visited.Frame.StorageOwner!.Value
        from access in AccessesOf(visited.Frame)
        let violation = Judge(context, visited, contract, access)
        where violation is not null
        select violation;

    private static bool IsOwnAccount(RuleContext context, Address owner) => context.Rules.Has(Erc7562Rule.Sto010) && owner == context.Sender;

    private static RuleViolation? Judge(RuleContext context, EntityFrame visited, Address owner, Access access)
    {
        string byAssociation = context.Factory is null ? Erc7562Rule.Sto021 : Erc7562Rule.Sto022;
        if (context.Rules.Has(byAssociation) && !context.IsEntity(owner) && context.Associated.IsAssociated(access.Slot, context.Sender))
        {
            return context.Factory is not { } factory || context.IsStaked(factory) || MayReadAnything(context, visited, owner, access)
                ? null
                : WithUnstakedFactory(visited, factory, owner, access);
        }

        if (MayReadAnything(context, visited, owner, access))
        {
            return null;
        }

        bool mayHaveStake = visited.Entity.Kind is EntityKind.Paymaster or EntityKind.Factory;
        string? curedBy = !mayHaveStake ? null : CuredByStake(context, visited.Entity.Address, owner, access);
        curedBy = curedBy is null || context.Rules.Has(curedBy) ? curedBy : null;
        return curedBy is null ? Inaccessible(visited, owner, access)
            : context.IsStaked(visited.Entity.Address) ? null
            : Unstaked(curedBy, visited, owner, access);
    }

    /// <summary>STO-033: a staked entity reads every contract that is none; the public suite counts the account among them, and so do we.</summary>
    private static bool MayReadAnything(RuleContext context, EntityFrame visited, Address owner, Access access) =>
        !access.Writes
        && context.Rules.Has(Erc7562Rule.Sto033)
        && !context.IsEntity(owner)
        && visited.Entity.Kind != EntityKind.Aggregator
        && context.IsStaked(visited.Entity.Address);

    /// <summary>The rule by which a staked entity may do it.</summary>
    private static string? CuredByStake(RuleContext context, Address entity, Address owner, Access access) =>
        owner == entity ? Erc7562Rule.Sto031
        : context.IsEntity(owner) ? null
        : context.Associated.IsAssociated(access.Slot, entity) ? Erc7562Rule.Sto032
        : access.Writes ? null
        : Erc7562Rule.Sto033;

    private static RuleViolation WithUnstakedFactory(EntityFrame visited, Address factory, Address owner, Access access) =>
        Violation(
            Erc7562Rule.Sto022,
            visited,
            owner,
            access,
            $"unstaked factory: {visited.Entity.Title} accessed {owner} slot {access.Slot} of an account that is being deployed") with
        {
            Entity = new Entity(EntityKind.Factory, factory),
            CuredByStake = true,
        };

    private static RuleViolation Unstaked(string rule, EntityFrame visited, Address owner, Access access) =>
        Violation(rule, visited, owner, access, $"unstaked {visited.Entity.Title} accessed {owner} slot {access.Slot}") with { CuredByStake = true };

    private static RuleViolation Inaccessible(EntityFrame visited, Address owner, Access access) =>
        Violation(
            access.Writes ? Erc7562Rule.Sto021 : Erc7562Rule.Sto033,
            visited,
            owner,
            access,
            $"{visited.Entity.Title} accesses inaccessible storage at address {owner} slot {access.Slot}");

    private static RuleViolation Violation(string rule, EntityFrame visited, Address owner, Access access, string message) =>
        new(access.Transient ? Erc7562Rule.Op070 : rule, visited.Entity, message)
        {
            Address = owner,
            Slot = access.Slot,
            Opcode = (access.Transient, access.Writes) switch
            {
                (true, true) => "TSTORE",
                (true, false) => "TLOAD",
                (false, true) => "SSTORE",
                _ => "SLOAD",
            },
            FramePath = visited.Path,
        };

    private static IEnumerable<Access> AccessesOf(CallFrame frame)
    {
        foreach (Hash32 slot in frame.Writes.Keys)
        {
            yield return new Access(slot, Writes: true, Transient: false);
        }

        foreach (Hash32 slot in frame.Reads.Keys.Where(slot => !frame.Writes.ContainsKey(slot)))
        {
            yield return new Access(slot, Writes: false, Transient: false);
        }

        foreach (Hash32 slot in frame.TransientWrites.Keys)
        {
            yield return new Access(slot, Writes: true, Transient: true);
        }

        foreach (Hash32 slot in frame.TransientReads.Keys.Where(slot => !frame.TransientWrites.ContainsKey(slot)))
        {
            yield return new Access(slot, Writes: false, Transient: true);
        }
    }
}
