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

    private static bool MayBeEmpty(RuleContext context, Address address) =>
        (address == context.Sender && (context.Operation.Factory is not null || context.Facts.SenderCode.IsEmpty)) || context.Created.Contains(address);
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
            if (visited.Frame.ExtCodeAccess.Contains(context.EntryPoint.Address))
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
        return (fromSender && call.Input.Length < sizeof(uint))
               || (fromSender && call.Selector == EntryPointCalls.IncrementNonce.Selector)
               || ((fromSender || call.From == context.Factory) && IsDepositFor(context.Sender, call));
    }

    private static bool IsDepositFor(Address sender, CallFrame call) =>
        call.Selector == EntryPointCalls.DepositTo.Selector
        && call.Input.Length >= sizeof(uint) + Hash32.Size
        && Address.FromWord(call.Input.Span.Slice(sizeof(uint), Hash32.Size)) == sender;

    private static RuleViolation Violation(RuleContext context, EntityFrame visited, string what) =>
        new(Erc7562Rule.Op054, visited.Entity, $"{visited.Entity.Title} {what}") { Address = context.EntryPoint.Address, FramePath = visited.Path };
}
