using System.Buffers.Binary;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Engine.Validation.Tracing;
using Bundler.Ethereum.Primitives;

namespace Bundler.Testing;

/// <summary>Makes one call frame; what is not said is empty.</summary>
public sealed class FrameBuilder(CallKind kind, Address from, Address? to)
{
    private const int CodeSize = 1_000;

    private readonly Dictionary<byte, int> _opcodes = [];
    private readonly Dictionary<Hash32, Hash32> _reads = [];
    private readonly Dictionary<Hash32, int> _writes = [];
    private readonly Dictionary<Hash32, int> _transientReads = [];
    private readonly Dictionary<Hash32, int> _transientWrites = [];
    private readonly List<Address> _extCode = [];
    private readonly Dictionary<Address, ContractAccess> _sizes = [];
    private readonly List<FrameBuilder> _calls = [];
    private UInt256 _value;
    private Bytes _input;
    private Bytes _output;
    private ulong _gasUsed = 20_000;
    private bool _outOfGas;
    private string? _error;

    private Address Context => kind is CallKind.DelegateCall or CallKind.CallCode ? from : to ?? Address.Zero;

    public FrameBuilder Uses(string opcode, int times = 1)
    {
        byte number = (byte)Enumerable.Range(0, 256).First(candidate => OpcodeNames.Of((byte)candidate) == opcode);
        _opcodes[number] = _opcodes.GetValueOrDefault(number) + times;
        return this;
    }

    public FrameBuilder Reads(Hash32 slot, UInt256 value = default)
    {
        _reads[slot] = Hash32.From(value);
        return this;
    }

    public FrameBuilder Writes(Hash32 slot)
    {
        _writes[slot] = 1;
        return this;
    }

    public FrameBuilder ReadsTransient(Hash32 slot)
    {
        _transientReads[slot] = 1;
        return this;
    }

    public FrameBuilder WritesTransient(Hash32 slot)
    {
        _transientWrites[slot] = 1;
        return this;
    }

    /// <summary>EXTCODESIZE of an address; before ISZERO it leaves only the size.</summary>
    public FrameBuilder LooksAt(Address address, int size = CodeSize, bool beforeIsZero = false)
    {
        _sizes.TryAdd(address, new ContractAccess(size, 0x3b));
        if (!beforeIsZero)
        {
            _extCode.Add(address);
        }

        return this;
    }

    /// <summary>CALL of an address with code.</summary>
    public FrameBuilder Calls(Address address, Action<FrameBuilder>? inside = null, int size = CodeSize) =>
        Enters(CallKind.Call, address, inside, size);

    public FrameBuilder Delegates(Address address, Action<FrameBuilder>? inside = null) => Enters(CallKind.DelegateCall, address, inside, CodeSize);

    public FrameBuilder Creates(Address? address, CallKind how = CallKind.Create2, Action<FrameBuilder>? inside = null)
    {
        Uses(how == CallKind.Create2 ? "CREATE2" : "CREATE");
        return Add(new FrameBuilder(how, Context, address), inside);
    }

    /// <summary>A call by any opcode.</summary>
    public FrameBuilder Enters(CallKind how, Address address, Action<FrameBuilder>? inside, int size)
    {
        byte opcode = how switch
        {
            CallKind.Call => 0xf1,
            CallKind.CallCode => 0xf2,
            CallKind.DelegateCall => 0xf4,
            _ => 0xfa,
        };
        if (!TraceShape.IsPrecompile(address))
        {
            _sizes.TryAdd(address, new ContractAccess(size, opcode));
        }

        return Add(new FrameBuilder(how, Context, address), inside);
    }

    public FrameBuilder WithValue(UInt256 value)
    {
        _value = value;
        return this;
    }

    public FrameBuilder WithInput(Bytes input)
    {
        _input = input;
        return this;
    }

    public FrameBuilder WithSelector(uint selector)
    {
        byte[] input = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(input, selector);
        return WithInput(Bytes.Own(input));
    }

    public FrameBuilder Returns(Bytes output)
    {
        _output = output;
        return this;
    }

    public FrameBuilder Reverts(Bytes data)
    {
        _output = data;
        _error = "execution reverted";
        return this;
    }

    public FrameBuilder UsesGas(ulong gas)
    {
        _gasUsed = gas;
        return this;
    }

    public FrameBuilder RunsOutOfGas()
    {
        _outOfGas = true;
        _error = "out of gas";
        return this;
    }

    /// <summary>A call made elsewhere.</summary>
    public FrameBuilder Add(FrameBuilder call, Action<FrameBuilder>? inside = null)
    {
        inside?.Invoke(call);
        _calls.Add(call);
        return this;
    }

    public CallFrame Build() => new()
    {
        Kind = kind,
        From = from,
        To = to,
        Value = _value,
        Gas = 100_000,
        GasUsed = _gasUsed,
        Input = _input,
        Output = _output,
        Error = _error,
        OutOfGas = _outOfGas,
        Opcodes = _opcodes,
        Reads = _reads,
        Writes = _writes,
        TransientReads = _transientReads,
        TransientWrites = _transientWrites,
        ExtCodeAccess = _extCode,
        ContractSizes = _sizes,
        Calls = [.. _calls.Select(call => call.Build())],
    };
}
