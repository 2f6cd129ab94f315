namespace Bundler.Engine.Validation.Tracing;

/// <summary>Which opcodes a frame's <see cref="CallFrame.Opcodes"/> counts: those that a rule of ERC-7562 may ban, and all unassigned ones.</summary>
internal static class TracedOpcodes
{
    // Arithmetic, comparison, context, memory, flow, stack, logs and ends are harmless; storage, KECCAK256, EXTCODE* and calls have fields of
    // their own. Both tracers get this one list, so that both count the same.
    private static readonly (byte First, byte Last)[] IgnoredRanges =
    [
        (0x00, 0x0b), (0x10, 0x1e), (0x20, 0x20), (0x30, 0x30), (0x33, 0x39), (0x3b, 0x3f), (0x46, 0x46),
        (0x50, 0x59), (0x5b, 0x9f), (0xa0, 0xa4), (0xf1, 0xf4), (0xfa, 0xfa), (0xfd, 0xfd),
    ];

    private static readonly bool[] IgnoredTable = MakeTable();

    public static IReadOnlyList<byte> Ignored { get; } = [.. Enumerable.Range(0, 256).Where(opcode => IgnoredTable[opcode]).Select(opcode => (byte)opcode)];

    public static bool IsIgnored(byte opcode) => IgnoredTable[opcode];

    private static bool[] MakeTable()
    {
        bool[] table = new bool[256];
        foreach ((byte first, byte last) in IgnoredRanges)
        {
            table.AsSpan(first, last - first + 1).Fill(true);
        }

        return table;
    }
}
