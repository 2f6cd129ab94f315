using System.Text.Json;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Rpc.OpenRpc;

/// <summary>The OpenRPC 1.3 description of the interface, made from the catalogue: what is not in it cannot be called.</summary>
internal static class OpenRpcDocument
{
    private const string OpenRpcVersion = "1.3.2";

    /// <param name="writer">Gets one object.</param>
    /// <param name="methods">What callers can call.</param>
    /// <param name="node">Its name and version.</param>
    public static void Write(Utf8JsonWriter writer, MethodCatalog methods, NodeDescription node)
    {
        writer.WriteStartObject();
        writer.WriteString("openrpc"u8, OpenRpcVersion);
        writer.WriteStartObject("info"u8);
        writer.WriteString("title"u8, "Bundler (ERC-4337)"u8);
        writer.WriteString("version"u8, node.ClientVersion);
        writer.WriteEndObject();
        writer.WriteStartArray("methods"u8);
        foreach (RpcMethod method in methods.Methods)
        {
            WriteMethod(writer, method);
        }

        writer.WriteEndArray();
        WriteComponents(writer);
        writer.WriteEndObject();
    }

    private static void WriteMethod(Utf8JsonWriter writer, RpcMethod method)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, method.Name);
        writer.WriteString("summary"u8, method.Description?.Summary ?? method.Name);
        writer.WriteString("paramStructure"u8, "either"u8);
        writer.WriteStartArray("params"u8);
        foreach (RpcParameter parameter in method.Parameters)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, parameter.Name);
            writer.WriteBoolean("required"u8, parameter.Required);
            writer.WritePropertyName("schema"u8);
            SchemaOf(parameter).WriteTo(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("result"u8);
        writer.WriteString("name"u8, "result"u8);
        writer.WritePropertyName("schema"u8);
        (method.Description?.Result ?? JsonSchema.Any).WriteTo(writer);
        writer.WriteEndObject();
        writer.WriteStartArray("errors"u8);
        foreach (MethodError error in MethodErrors.Common.Concat(method.Description?.Errors ?? []))
        {
            writer.WriteStartObject();
            writer.WriteNumber("code"u8, error.Code);
            writer.WriteString("message"u8, error.Message);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static JsonSchema SchemaOf(RpcParameter parameter) =>
        parameter.Schema ?? (parameter.Type == RpcParameter.AnyType ? JsonSchema.Any : JsonSchema.Of(parameter.Type));

    private static void WriteComponents(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("components"u8);
        writer.WriteStartObject("schemas"u8);
        foreach ((string name, JsonSchema schema) in Schemas.Components)
        {
            writer.WritePropertyName(name);
            schema.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
