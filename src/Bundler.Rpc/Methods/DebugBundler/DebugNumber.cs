using System.Text.Json;
using Bundler.Ethereum.Primitives;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>A small number as the tools that use the debug namespace write it: a quantity, or a plain JSON number.</summary>
internal static class DebugNumber
{
    /// <exception cref="CodecException">Neither.</exception>
    public static ulong Read(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String when UInt256.ParseHex(value.GetString()) is { FitsUInt64: true } number => (ulong)number,
            JsonValueKind.Number when value.TryGetUInt64(out ulong number) => number,
            _ => throw new CodecException("expected a quantity or a non-negative integer"),
        };
}
