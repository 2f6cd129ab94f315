using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>
/// OP-031: deployment uses CREATE2 once, for the sender. OP-032: where there is a factory, the sender itself may CREATE. EREP-060, EREP-061: a staked
/// factory frees itself, its helpers and the sender. All else that creates is banned.
/// </summary>
internal sealed class CreationRules : IErc7562Rule
{
    public IEnumerable<RuleViolation> Check(RuleContext context)
    {
        bool deployed = false;
        foreach (EntityFrame visited in context.Frames)
        {
            int creates = visited.Frame.Opcodes.GetValueOrDefault(OpcodeNames.Create);
            int creates2 = visited.Frame.Opcodes.GetValueOrDefault(OpcodeNames.Create2);
            bool isDeployment = visited.Entity.Kind == EntityKind.Factory;
            if (creates > 0 && !MayCreate(context, visited, isDeployment))
            {
                yield return Violations.BannedOpcode(Erc7562Rule.Op011, visited, OpcodeNames.Create);
            }

            if (creates2 == 0 || IsFreedByStake(context, visited, isDeployment))
            {
                continue;
            }

            if (!isDeployment || deployed || creates2 > 1)
            {
                yield return Violations.BannedOpcode(Erc7562Rule.Op031, visited, OpcodeNames.Create2);
            }
            else if (!DeploysSender(context.Sender, visited.Frame))
            {
                yield return Violations.BannedOpcode(Erc7562Rule.Op031, visited, OpcodeNames.Create2) with
                {
                    Message = "factory uses CREATE2 for another contract than the sender",
                    Expected = context.Sender.ToString(),
                };
            }

            deployed |= isDeployment;
        }
    }

    private static bool MayCreate(RuleContext context, EntityFrame visited, bool isDeployment) =>
        IsFreedByStake(context, visited, isDeployment) || (context.Rules.Has(Erc7562Rule.Op032) && context.Factory is not null && RunsAsSender(context.Sender, visited));

    // EREP-060: the factory or the sender. EREP-061: the factory's helpers.
    private static bool IsFreedByStake(RuleContext context, EntityFrame visited, bool isDeployment)
    {
        bool isHelper = isDeployment && visited.Frame.StorageOwner != context.Factory;
        return context.HasStakedFactory
            && context.Rules.Has(isHelper ? Erc7562Rule.Erep061 : Erc7562Rule.Erep060)
            && (isDeployment || RunsAsSender(context.Sender, visited));
    }

    private static bool RunsAsSender(Address sender, EntityFrame visited) =>
        visited.Entity.Kind != EntityKind.Paymaster && visited.Frame.StorageOwner == sender;

    private static bool DeploysSender(Address sender, CallFrame frame) =>
        frame.Calls.Any(call => call.Kind == CallKind.Create2 && call.To == sender);
}
