using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>A frame while its fields come, in whatever order a tracer writes them.</summary>
internal struct FrameDraft
{
    public CallKind? Kind;
    public Address? From;
    public Address? To;
    public UInt256 Value;
    public ulong? Gas;
    public ulong? GasUsed;
    public Bytes Input;
    public Bytes Output;
    public string? Error;
    public bool OutOfGas;
    public Dictionary<byte, int>? Opcodes;
    public Dictionary<Hash32, Hash32>? Reads;
    public Dictionary<Hash32, int>? Writes;
    public Dictionary<Hash32, int>? TransientReads;
    public Dictionary<Hash32, int>? TransientWrites;
    public IReadOnlyList<Address>? ExtCodeAccess;
    public Dictionary<Address, ContractAccess>? ContractSizes;
    public IReadOnlyList<CallFrame>? Calls;

    /// <summary>The frame, under the names that its tracer has for what may be missing.</summary>
    /// <exception cref="CodecException">A field that every frame has did not come.</exception>
    public readonly CallFrame Finish(string type, string from)
    {
        CallKind kind = Kind ?? throw Missing(type);
        bool created = kind is not (CallKind.Create or CallKind.Create2) || Error is null;
        return new CallFrame
        {
            Kind = kind,
            From = From ?? throw Missing(from),
            To = created ? To : null,
            Value = Value,
            Gas = Gas ?? 0,
            GasUsed = GasUsed ?? 0,
            Input = Input,
            Output = Output,
            Error = Error,
            OutOfGas = OutOfGas,
            Opcodes = Opcodes ?? CallFrame.NoOpcodes,
            Reads = Reads ?? CallFrame.NoReads,
            Writes = Writes ?? CallFrame.NoCounts,
            TransientReads = TransientReads ?? CallFrame.NoCounts,
            TransientWrites = TransientWrites ?? CallFrame.NoCounts,
            ExtCodeAccess = ExtCodeAccess ?? [],
            ContractSizes = ContractSizes ?? CallFrame.NoSizes,
            Calls = Calls ?? [],
        };
    }

    /// <exception cref="CodecException"><paramref name="present"/> is false.</exception>
    public static void Require(bool present, string name)
    {
        if (!present)
        {
            throw Missing(name);
        }
    }

    private static CodecException Missing(string name) => new(name, "is missing");
}
