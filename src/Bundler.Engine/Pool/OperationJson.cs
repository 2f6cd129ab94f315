using System.Buffers;
using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>An operation as its wire JSON in bytes: the form in which it is stored and answered.</summary>
public static class OperationJson
{
    public static Bytes Write(EntryPoint entryPoint, UserOperation operation)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter writer = new(buffer))
        {
            entryPoint.Operations.Write(writer, operation);
        }

        return Bytes.From(buffer.WrittenSpan);
    }

    /// <exception cref="CodecException">Not an operation of this EntryPoint.</exception>
    public static UserOperation Read(EntryPoint entryPoint, Bytes json)
    {
        using JsonDocument document = JsonDocument.Parse(json.Memory);
        return entryPoint.Operations.Read(document.RootElement, partial: false).Operation;
    }
}
