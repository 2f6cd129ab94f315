using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>OP-041: what is called or looked at has code. OP-042: but for the sender while it is being deployed, and what was just created.</summary>
internal sealed class OnlyDeployedCode : IErc7562Rule
{
    public IEnumerable<RuleViolation> Check(RuleContext context) =>
        from visited in context.Frames
        from access in visited.Frame.ContractSizes
        where access.Value.Size == 0 && !MayBeEmpty(context, access.Key)
        select new RuleViolation(
            Erc7562Rule.Op041,
            visited.Entity,
            $"{visited.Entity.Title} uses address {access.Key} which has no code: {OpcodeNames.Of(access.Value.Opcode)}")
        {
            Address = access.Key,
            Opcode = OpcodeNames.Of(access.Value.Opcode),
            FramePath = visited.Path,
        };

    // What was just created shows no code on nodes that answer for the state before the transaction; the sender is OP-042's matter alone.
    private static bool MayBeEmpty(RuleContext context, Address address) =>
        address != context.Sender ? context.Created.Contains(address)
        : context.Rules.Has(Erc7562Rule.Op042) && (context.Operation.Factory is not null || !context.Facts.Sender.HasCode);
}

/// <summary>
/// The EntryPoint is touched only by: EXTCODESIZE before ISZERO (OP-051, which tracers leave out), depositTo(sender) from account or factory (OP-052),
/// plain transfers from the account (OP-053), incrementNonce from the sender (OP-055). All else is OP-054.
/// </summary>
internal sealed class EntryPointAccess : IErc7562Rule
{
    public IEnumerable<RuleViolation> Check(RuleContext context)
    {
        foreach (EntityFrame visited in context.Frames)
        {
            if (visited.Frame.ExtCodeAccess.Contains(context.EntryPoint.Address) || LooksIfThere(context, visited.Frame))
            {
                yield return Violation(context, visited, "reads the EntryPoint's code");
            }

            if (visited.Frame.To == context.EntryPoint.Address && !IsAllowed(context, visited))
            {
                yield return Violation(context, visited, $"calls the EntryPoint method 0x{visited.Frame.Selector:x8}");
            }
        }
    }

    /// <summary>OP-052, OP-053 and OP-055. The account may leave the first two to a contract that it calls (the public suite's reading).</summary>
    public static bool IsAllowed(RuleContext context, EntityFrame visited)
    {
        CallFrame call = visited.Frame;
        if (call.Kind != CallKind.Call)
        {
            return false;
        }

        bool fromSender = call.From == context.Sender;
        bool forSender = fromSender || visited.Entity.Kind == EntityKind.Account;
        return (context.Rules.Has(Erc7562Rule.Op053) && forSender && call.Input.Length < sizeof(uint))
               || (context.Rules.Has(Erc7562Rule.Op055) && fromSender && call.Selector == EntryPointCalls.IncrementNonce.Selector)
               || (context.Rules.Has(Erc7562Rule.Op052)
                   && (forSender || call.From == context.Factory)
                   && IsDeposit(context, call));
    }

    // Without OP-051, which is kept by the tracers.
    private static bool LooksIfThere(RuleContext context, CallFrame frame) =>
        !context.Rules.Has(Erc7562Rule.Op051)
        && frame.ContractSizes.TryGetValue(context.EntryPoint.Address, out ContractAccess access)
        && OpcodeNames.Of(access.Opcode) == "EXTCODESIZE";

    // For the sender, or for the caller itself, which a plain transfer credits as well.
    private static bool IsDeposit(RuleContext context, CallFrame call) =>
        call.Selector == EntryPointCalls.DepositTo.Selector
        && call.Input.Length >= sizeof(uint) + Hash32.Size
        && Address.FromWord(call.Input.Span.Slice(sizeof(uint), Hash32.Size)) is var credited
        && (credited == context.Sender || (credited == call.From && credited != context.Factory));

    private static RuleViolation Violation(RuleContext context, EntityFrame visited, string what) =>
        new(Erc7562Rule.Op054, visited.Entity, $"{visited.Entity.Title} {what}") { Address = context.EntryPoint.Address, FramePath = visited.Path };
}
