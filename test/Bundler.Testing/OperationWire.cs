using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.Testing;

/// <summary>A UserOperation as a wallet sends it.</summary>
public static class OperationWire
{
    public static JsonElement Of(EntryPoint entryPoint, UserOperation operation) => JsonElement.Parse(Engine.Pool.OperationJson.Write(entryPoint, operation).Span);
}
