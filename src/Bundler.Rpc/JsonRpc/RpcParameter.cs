using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.JsonRpc;

/// <summary>One parameter of a method: the name callers may use, its JSON type (JSON Schema's words), and whether it must be there.</summary>
public sealed record RpcParameter(string Name, string Type, bool Required = true)
{
    /// <summary>The type of a parameter whose JSON type the method judges itself.</summary>
    public const string AnyType = "any";

    /// <summary>What the OpenRPC document says of it, where that is more than the type.</summary>
    public JsonSchema? Schema { get; init; }

    /// <summary>What clients look for in the words of a fault of this parameter, before what is wrong with it.</summary>
    public string? FaultWords { get; init; }

    /// <summary>The hash of a UserOperation; the words for one that is none are those that clients look for.</summary>
    public static RpcParameter UserOpHash { get; } = Hash("userOpHash") with { FaultWords = "Missing/invalid userOpHash" };

    public static RpcParameter Any(string name, bool required = true) => new(name, AnyType, required);

    public static RpcParameter Text(string name, bool required = true) => new(name, "string", required);

    public static RpcParameter Object(string name, bool required = true) => new(name, "object", required);

    public static RpcParameter Array(string name, bool required = true) => new(name, "array", required);

    public static RpcParameter Hash(string name, bool required = true) => Text(name, required) with { Schema = Schemas.Hash };

    public static RpcParameter Address(string name, bool required = true) => Text(name, required) with { Schema = Schemas.Address };

    public static RpcParameter Quantity(string name, bool required = true) => Text(name, required) with { Schema = Schemas.Quantity };

    /// <summary>A block, by tag, number or object, that client libraries send along with a look-up: taken and ignored, there is one answer.</summary>
    public static RpcParameter IgnoredBlock(string name = "blockTag") => Any(name, required: false);

    /// <summary>A UserOperation in the form of its EntryPoint's version.</summary>
    public static RpcParameter Operation(string name) => Object(name) with { Schema = Schemas.UserOperation };
}
