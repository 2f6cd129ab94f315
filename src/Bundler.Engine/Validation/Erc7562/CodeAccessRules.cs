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
/// The EntryPoint is touched only by: EXTCODESIZE before ISZERO (OP-051, which tracers leave out), depositTo(sender) from sender or factory (OP-052),
/// plain transfers from the sender (OP-053), incrementNonce from the sender (OP-055). All else is OP-054.
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

            if (visited.Frame.To == context.EntryPoint.Address && !IsAllowed(context, visited.Frame))
            {
                yield return Violation(context, visited, $"calls the EntryPoint method 0x{visited.Frame.Selector:x8}");
            }
        }
    }

    /// <summary>OP-052, OP-053 and OP-055.</summary>
    public static bool IsAllowed(RuleContext context, CallFrame call)
    {
        if (call.Kind != CallKind.Call)
        {
            return false;
        }

        bool fromSender = call.From == context.Sender;
        return (context.Rules.Has(Erc7562Rule.Op053) && fromSender && call.Input.Length < sizeof(uint))
               || (context.Rules.Has(Erc7562Rule.Op055) && fromSender && call.Selector == EntryPointCalls.IncrementNonce.Selector)
               || (context.Rules.Has(Erc7562Rule.Op052)
                   && (fromSender || call.From == context.Factory)
                   && IsDepositFor(context.Sender, call));
    }

    // Without OP-051, which is kept by the tracers.
    private static bool LooksIfThere(RuleContext context, CallFrame frame) =>
        !context.Rules.Has(Erc7562Rule.Op051)
        && frame.ContractSizes.TryGetValue(context.EntryPoint.Address, out ContractAccess access)
        && OpcodeNames.Of(access.Opcode) == "EXTCODESIZE";

    private static bool IsDepositFor(Address sender, CallFrame call) =>
        call.Selector == EntryPointCalls.DepositTo.Selector
        && call.Input.Length >= sizeof(uint) + Hash32.Size
        && Address.FromWord(call.Input.Span.Slice(sizeof(uint), Hash32.Size)) == sender;

    private static RuleViolation Violation(RuleContext context, EntityFrame visited, string what) =>
        new(Erc7562Rule.Op054, visited.Entity, $"{visited.Entity.Title} {what}") { Address = context.EntryPoint.Address, FramePath = visited.Path };
}
