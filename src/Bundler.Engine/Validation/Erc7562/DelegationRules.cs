using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>AUTH-020: an account with an EIP-7702 delegation may be a sender and nothing else, for its owner can change its code at will.</summary>
internal sealed class DelegatedOnlyAsSender : IErc7562Rule
{
    public IEnumerable<RuleViolation> Check(RuleContext context) =>
        from entity in context.OtherEntities
        where IsDelegated(context, entity)
        select new RuleViolation(Erc7562Rule.Auth020, entity, $"{entity.Title} is an account with an EIP-7702 delegation") { Address = entity.Address };

    private static bool IsDelegated(RuleContext context, Entity entity)
    {
        AccountState? account = entity.Kind switch
        {
            EntityKind.Factory => context.Facts.Factory,
            EntityKind.Paymaster => context.Facts.Paymaster,
            _ => null,
        };
        return context.Delegated.Contains(entity.Address) || account?.Delegate is not null;
    }
}

/// <summary>AUTH-030: a delegated account is called or looked at only if it is the sender of this operation.</summary>
internal sealed class DelegatedOnlyIfSender : IErc7562Rule
{
    public IEnumerable<RuleViolation> Check(RuleContext context) =>
        from visited in context.Frames
        from access in visited.Frame.ContractSizes
        where access.Key != context.Sender && context.Delegated.Contains(access.Key)
        select new RuleViolation(
            Erc7562Rule.Auth030, visited.Entity, $"{visited.Entity.Title} uses address {access.Key} which has an EIP-7702 delegation")
        {
            Address = access.Key,
            Opcode = OpcodeNames.Of(access.Value.Opcode),
            FramePath = visited.Path,
        };
}
