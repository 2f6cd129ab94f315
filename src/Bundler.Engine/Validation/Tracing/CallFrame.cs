using System.Collections.ObjectModel;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>How a frame was entered.</summary>
public enum CallKind
{
    Call,
    CallCode,
    DelegateCall,
    StaticCall,
    Create,
    Create2,
}

/// <summary>One call frame of a <see cref="ValidationTrace"/>, in the terms of geth's erc7562Tracer; gas in gas, value in wei.</summary>
public sealed record CallFrame
{
    public required CallKind Kind { get; init; }

    /// <summary>The executing context that made the call; in a delegate-call frame the owner of the storage.</summary>
    public required Address From { get; init; }

    /// <summary>The code's address; for a creation the new contract, <c>null</c> when it failed.</summary>
    public required Address? To { get; init; }

    public UInt256 Value { get; init; }

    public ulong Gas { get; init; }

    public ulong GasUsed { get; init; }

    /// <summary>The first bytes of the input: a selector and two words.</summary>
    public Bytes Input { get; init; }

    /// <summary>The return data, or the revert data.</summary>
    public Bytes Output { get; init; }

    /// <summary>Why the frame failed, in the node's words; <c>null</c> when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>The frame itself ran out of gas (OP-020).</summary>
    public bool OutOfGas { get; init; }

    /// <summary>Opcode → count; GAS counts only where the next opcode is not a call (OP-012); arithmetic, stack and flow opcodes are left out.</summary>
    public IReadOnlyDictionary<byte, int> Opcodes { get; init; } = NoOpcodes;

    /// <summary>Slot → value before, for slots read before anything in this frame wrote them.</summary>
    public IReadOnlyDictionary<Hash32, Hash32> Reads { get; init; } = NoReads;

    /// <summary>Slot → number of writes.</summary>
    public IReadOnlyDictionary<Hash32, int> Writes { get; init; } = NoCounts;

    /// <summary>Slot → number of TLOADs.</summary>
    public IReadOnlyDictionary<Hash32, int> TransientReads { get; init; } = NoCounts;

    /// <summary>Slot → number of TSTOREs.</summary>
    public IReadOnlyDictionary<Hash32, int> TransientWrites { get; init; } = NoCounts;

    /// <summary>Addresses used by EXTCODE*, except EXTCODESIZE followed by ISZERO (OP-051).</summary>
    public IReadOnlyList<Address> ExtCodeAccess { get; init; } = [];

    /// <summary>Address → code size and opcode of the first EXTCODE* or call of this frame that names it (OP-041).</summary>
    public IReadOnlyDictionary<Address, ContractAccess> ContractSizes { get; init; } = NoSizes;

    public IReadOnlyList<CallFrame> Calls { get; init; } = [];

    /// <summary>The first four bytes of the input, or 0.</summary>
    public uint Selector => Input.Length < 4 ? 0 : System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(Input.Span);

    public bool Failed => Error is not null;

    /// <summary>Code runs in the context of another contract's storage.</summary>
    public bool IsDelegate => Kind is CallKind.DelegateCall or CallKind.CallCode;

    public bool IsCreation => Kind is CallKind.Create or CallKind.Create2;

    /// <summary>Whose storage the frame's slots are: the code's address, or in delegate frames the caller's.</summary>
    public Address? StorageOwner => IsDelegate ? From : To;

    internal static IReadOnlyDictionary<byte, int> NoOpcodes { get; } = ReadOnlyDictionary<byte, int>.Empty;

    internal static IReadOnlyDictionary<Hash32, Hash32> NoReads { get; } = ReadOnlyDictionary<Hash32, Hash32>.Empty;

    internal static IReadOnlyDictionary<Hash32, int> NoCounts { get; } = ReadOnlyDictionary<Hash32, int>.Empty;

    internal static IReadOnlyDictionary<Address, ContractAccess> NoSizes { get; } = ReadOnlyDictionary<Address, ContractAccess>.Empty;
}

/// <summary>The code size in bytes that an address had when an opcode first named it.</summary>
public readonly record struct ContractAccess(int Size, byte Opcode);
