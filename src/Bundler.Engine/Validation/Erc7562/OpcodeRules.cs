using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>OP-011: opcodes whose value differs between simulation and inclusion. CREATE is <see cref="CreationRules"/>' matter.</summary>
internal sealed class BannedOpcodes : IErc7562Rule
{
    private static readonly byte[] _banned =
    [
        OpcodeNames.Origin, OpcodeNames.GasPrice, OpcodeNames.BlockHash, OpcodeNames.Coinbase, OpcodeNames.Timestamp, OpcodeNames.Number,
        OpcodeNames.PrevRandao, OpcodeNames.GasLimit, OpcodeNames.BaseFee, OpcodeNames.BlobHash, OpcodeNames.BlobBaseFee, OpcodeNames.Invalid,
        OpcodeNames.SelfDestruct,
    ];

    public IEnumerable<RuleViolation> Check(RuleContext context) =>
        from visited in context.Frames
        from opcode in _banned
        where visited.Frame.Opcodes.ContainsKey(opcode)
        select Violations.BannedOpcode(Erc7562Rule.Op011, visited, opcode);
}

/// <summary>OP-012: GAS only where the next opcode is a call; tracers count only the others.</summary>
internal sealed class GasOnlyBeforeCall : IErc7562Rule
{
    public IEnumerable<RuleViolation> Check(RuleContext context) =>
        from visited in context.Frames
        where visited.Frame.Opcodes.ContainsKey(OpcodeNames.Gas)
        select Violations.BannedOpcode(Erc7562Rule.Op012, visited, OpcodeNames.Gas);
}

/// <summary>OP-013: unassigned opcodes may get a meaning in the next fork.</summary>
internal sealed class UnassignedOpcodes : IErc7562Rule
{
    public IEnumerable<RuleViolation> Check(RuleContext context) =>
        from visited in context.Frames
        from opcode in visited.Frame.Opcodes.Keys
        where !OpcodeNames.IsAssigned(opcode)
        select new RuleViolation(Erc7562Rule.Op013, visited.Entity, $"{visited.Entity.Title} uses unassigned opcode: {OpcodeNames.Of(opcode)}")
        {
            Address = visited.Frame.To,
            Opcode = OpcodeNames.Of(opcode),
            FramePath = visited.Path,
        };
}

/// <summary>OP-080: balances change without the entity's doing, so only a staked one may look at them.</summary>
internal sealed class BalanceNeedsStake : IErc7562Rule
{
    private static readonly byte[] _opcodes = [OpcodeNames.Balance, OpcodeNames.SelfBalance];

    public IEnumerable<RuleViolation> Check(RuleContext context) =>
        from visited in context.Frames
        where !context.IsStaked(visited.Entity.Address)
        from opcode in _opcodes
        where visited.Frame.Opcodes.ContainsKey(opcode)
        select Violations.BannedOpcode(Erc7562Rule.Op080, visited, opcode) with
        {
            Message = $"unstaked {visited.Entity.Title} uses banned opcode: {OpcodeNames.Of(opcode)}",
            CuredByStake = true,
        };
}

/// <summary>The violations that several rules word alike.</summary>
internal static class Violations
{
    public static RuleViolation BannedOpcode(string rule, EntityFrame visited, byte opcode) =>
        new(rule, visited.Entity, $"{visited.Entity.Title} uses banned opcode: {OpcodeNames.InWords(opcode)}")
        {
            Address = visited.Frame.StorageOwner,
            Opcode = OpcodeNames.Of(opcode),
            FramePath = visited.Path,
        };
}
