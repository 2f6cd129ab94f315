using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>OP-061: no call carries value, except to the EntryPoint as OP-052 and OP-053 allow.</summary>
internal sealed class NoValueTransfer : IErc7562Rule
{
    public IEnumerable<RuleViolation> Check(RuleContext context) =>
        from visited in context.Frames
        where !visited.Frame.Value.IsZero && visited.Frame.Kind is CallKind.Call or CallKind.CallCode
        where !(visited.Frame.To == context.EntryPoint.Address && EntryPointAccess.IsAllowed(context, visited))
        select new RuleViolation(Erc7562Rule.Op061, visited.Entity, $"{visited.Entity.Title} sends {visited.Frame.Value} wei to {visited.Frame.To}")
        {
            Address = visited.Frame.To,
            Opcode = visited.Frame.Kind == CallKind.Call ? "CALL" : "CALLCODE",
            FramePath = visited.Path,
        };
}

/// <summary>OP-062: only precompiles without state: 0x01 to 0x11 and P256VERIFY at 0x100. Chains' own ones (0x64 … on BSC) are refused.</summary>
internal sealed class KnownPrecompiles : IErc7562Rule
{
    private const int LastOfEthereum = 0x11;
    private const int P256Verify = 0x100;

    public IEnumerable<RuleViolation> Check(RuleContext context) =>
        from visited in context.Frames
        where visited.Frame.To is { } to && TraceShape.IsPrecompile(to) && !IsAllowed(to)
        select new RuleViolation(Erc7562Rule.Op062, visited.Entity, $"{visited.Entity.Title} uses forbidden precompile: {Name(visited.Frame.To!.Value)}")
        {
            Address = visited.Frame.To,
            FramePath = visited.Path,
        };

    private static bool IsAllowed(Address address) => Number(address) is (>= 1 and <= LastOfEthereum) or P256Verify;

    private static int Number(Address address) => (address.Span[^2] << 8) | address.Span[^1];

    private static string Name(Address address) => $"0x{Number(address):x}";
}
