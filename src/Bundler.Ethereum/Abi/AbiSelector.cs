using System.Buffers.Binary;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Abi;

/// <summary>The four bytes in front of calls and errors.</summary>
internal static class AbiSelector
{
    public const int Size = sizeof(uint);

    public static bool Starts(Bytes data, uint selector) =>
        BinaryPrimitives.TryReadUInt32BigEndian(data, out uint actual) && actual == selector;

    public static Bytes Encode(uint selector, AbiType.Tuple inputs, object[] values)
    {
        Span<byte> prefix = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt32BigEndian(prefix, selector);
        return AbiEncoder.Encode(prefix, inputs, values);
    }
}
