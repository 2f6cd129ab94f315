using System.Numerics;
using Bundler.Client.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Bundler.Client.Operations;

/// <summary>Operations on the wire (ERC-7769): packed entities for v0.6, fields apart from v0.7 on.</summary>
internal static class OperationJson
{
    public static JObject Write(UserOperation operation, EntryPointVersion version)
    {
        JObject json = new() { ["sender"] = operation.Sender, ["nonce"] = HexText.Quantity(operation.Nonce) };
        if (version == EntryPointVersion.V06)
        {
            json["initCode"] = PackedOperation.InitCode(operation);
            json["paymasterAndData"] = operation.Paymaster is { } paymaster ? HexText.Join(paymaster, operation.PaymasterData) : UserOperation.NoData;
        }
        else
        {
            WriteFactory(json, operation);
            WritePaymaster(json, operation);
        }

        json["callData"] = operation.CallData;
        Optional(json, "callGasLimit", operation.CallGasLimit);
        Optional(json, "verificationGasLimit", operation.VerificationGasLimit);
        Optional(json, "preVerificationGas", operation.PreVerificationGas);
        Optional(json, "maxFeePerGas", operation.MaxFeePerGas);
        Optional(json, "maxPriorityFeePerGas", operation.MaxPriorityFeePerGas);
        json["signature"] = operation.Signature;
        if (operation.Eip7702Auth is { } authorization)
        {
            json["eip7702Auth"] = AuthorizationJson.Write(authorization);
        }

        return json;
    }

    /// <exception cref="FormatException">initCode or paymasterAndData is too short.</exception>
    /// <exception cref="JsonSerializationException">A member is missing, or is no quantity.</exception>
    public static UserOperation Read(JObject json)
    {
        (string? factory, string factoryData) = Entity(json, "initCode", "factory", "factoryData");
        (string? paymaster, string paymasterData) = Entity(json, "paymasterAndData", "paymaster", "paymasterData");
        return new UserOperation
        {
            Sender = Text(json, "sender") ?? throw Missing("sender"),
            Nonce = Quantity(json, "nonce") ?? throw Missing("nonce"),
            Factory = factory,
            FactoryData = factoryData,
            CallData = Text(json, "callData") ?? UserOperation.NoData,
            CallGasLimit = Quantity(json, "callGasLimit"),
            VerificationGasLimit = Quantity(json, "verificationGasLimit"),
            PreVerificationGas = Quantity(json, "preVerificationGas"),
            MaxFeePerGas = Quantity(json, "maxFeePerGas"),
            MaxPriorityFeePerGas = Quantity(json, "maxPriorityFeePerGas"),
            Paymaster = paymaster,
            PaymasterVerificationGasLimit = Quantity(json, "paymasterVerificationGasLimit"),
            PaymasterPostOpGasLimit = Quantity(json, "paymasterPostOpGasLimit"),
            PaymasterData = paymasterData,
            PaymasterSignature = Text(json, "paymasterSignature"),
            Signature = Text(json, "signature") ?? UserOperation.NoData,
            Eip7702Auth = json["eip7702Auth"] is JObject authorization ? AuthorizationJson.Read(authorization) : null,
        };
    }

    private static void WriteFactory(JObject json, UserOperation operation)
    {
        if (operation.Factory is { } factory)
        {
            json["factory"] = factory;
            json["factoryData"] = operation.FactoryData;
        }
    }

    private static void WritePaymaster(JObject json, UserOperation operation)
    {
        if (operation.Paymaster is { } paymaster)
        {
            json["paymaster"] = paymaster;
            Optional(json, "paymasterVerificationGasLimit", operation.PaymasterVerificationGasLimit);
            Optional(json, "paymasterPostOpGasLimit", operation.PaymasterPostOpGasLimit);
            json["paymasterData"] = operation.PaymasterData;
            if (operation.PaymasterSignature is { } signature)
            {
                json["paymasterSignature"] = signature;
            }
        }
    }

    private static void Optional(JObject json, string name, BigInteger? value)
    {
        if (value is { } quantity)
        {
            json[name] = HexText.Quantity(quantity);
        }
    }

    private static (string? Address, string Data) Entity(JObject json, string packed, string address, string data) =>
        Text(json, packed) is { Length: > 2 } joined ? HexText.SplitAddress(joined)
        : Text(json, address) is { Length: > 2 } entity ? (entity, Text(json, data) ?? UserOperation.NoData)
        : (null, UserOperation.NoData);

    private static string? Text(JObject json, string name) => (string?)json[name];

    private static BigInteger? Quantity(JObject json, string name) => Text(json, name) is { } text ? QuantityConverter.Parse(text) : null;

    private static JsonSerializationException Missing(string name) => new($"the operation has no {name}");
}
