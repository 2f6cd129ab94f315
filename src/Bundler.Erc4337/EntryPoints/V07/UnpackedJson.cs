using System.Text.Json;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>The unpacked JSON form of ERC-7769 that v0.7, v0.8 and v0.9 share.</summary>
/// <param name="what">The version in messages: "an EntryPoint v0.7 operation".</param>
/// <param name="marker">Whether <c>factory</c> may be the EIP-7702 marker (v0.8+).</param>
/// <param name="paymasterSignature">Whether there is a <c>paymasterSignature</c> (v0.9).</param>
internal sealed class UnpackedJson(string what, bool marker, bool paymasterSignature)
{
    private static readonly string[] Names =
    [
        .. OperationJson.SharedNames,
        "factory", "factoryData", "paymaster", "paymasterVerificationGasLimit", "paymasterPostOpGasLimit", "paymasterData",
    ];

    private readonly string[] _names = paymasterSignature ? [.. Names, "paymasterSignature"] : Names;

    /// <inheritdoc cref="IOperationCodec.Read"/>
    public PartialUserOperation Read(JsonElement json, bool partial)
    {
        OperationFields fields = new(json, _names, what);
        PartialUserOperation shared = OperationJson.ReadShared(fields, partial);
        return ReadPaymaster(fields, shared with { Operation = ReadFactory(fields, shared.Operation) }, partial);
    }

    /// <inheritdoc cref="IOperationCodec.Write"/>
    public void Write(Utf8JsonWriter writer, UserOperation operation)
    {
        writer.WriteStartObject();
        OperationJson.WriteIdentity(writer, operation);
        if (operation.Factory is { } factory)
        {
            writer.WriteString("factory", marker && factory == Eip7702Marker.Address ? Eip7702Marker.ShortForm : factory.ToString());
            writer.WriteString("factoryData", operation.FactoryData.ToString());
        }

        OperationJson.WriteCall(writer, operation);
        if (operation.Paymaster is { } paymaster)
        {
            writer.WriteString("paymaster", paymaster.ToString());
            writer.WriteString("paymasterVerificationGasLimit", operation.PaymasterVerificationGasLimit.ToQuantity());
            writer.WriteString("paymasterPostOpGasLimit", operation.PaymasterPostOpGasLimit.ToQuantity());
            writer.WriteString("paymasterData", operation.PaymasterData.ToString());
            if (operation.PaymasterSignature is { } signature)
            {
                writer.WriteString("paymasterSignature", signature.ToString());
            }
        }

        OperationJson.WriteSignature(writer, operation);
        writer.WriteEndObject();
    }

    private UserOperation ReadFactory(OperationFields fields, UserOperation operation)
    {
        fields.RequireWith("factory", "factoryData");
        if (!fields.Has("factory"))
        {
            return operation;
        }

        bool shortForm = fields.Text("factory") == Eip7702Marker.ShortForm;
        Address factory = shortForm ? Eip7702Marker.Address : fields.Address("factory");
        if (factory == Eip7702Marker.Address)
        {
            return marker
                ? operation with { Factory = factory, FactoryData = fields.DataOrEmpty("factoryData") }
                : throw new CodecException("factory", "the EIP-7702 marker 0x7702 needs EntryPoint v0.8 or later");
        }

        fields.RequireWith("factoryData", "factory");
        return operation with { Factory = factory, FactoryData = fields.Data("factoryData") };
    }

    private static PartialUserOperation ReadPaymaster(OperationFields fields, PartialUserOperation read, bool partial)
    {
        foreach (string companion in (ReadOnlySpan<string>)["paymasterVerificationGasLimit", "paymasterPostOpGasLimit", "paymasterData", "paymasterSignature"])
        {
            fields.RequireWith("paymaster", companion);
        }

        if (!fields.Has("paymaster"))
        {
            return read;
        }

        if (!partial)
        {
            fields.RequireWith("paymasterVerificationGasLimit", "paymaster");
            fields.RequireWith("paymasterPostOpGasLimit", "paymaster");
            fields.RequireWith("paymasterData", "paymaster");
        }

        UserOperation operation = read.Operation with
        {
            Paymaster = fields.Address("paymaster"),
            PaymasterVerificationGasLimit = fields.GasOrFeeOrZero("paymasterVerificationGasLimit"),
            PaymasterPostOpGasLimit = fields.GasOrFeeOrZero("paymasterPostOpGasLimit"),
            PaymasterData = fields.DataOrEmpty("paymasterData"),
            PaymasterSignature = fields.Has("paymasterSignature") ? fields.Data("paymasterSignature") : null,
        };
        return read with
        {
            Operation = operation,
            HasPaymasterVerificationGasLimit = !partial || !operation.PaymasterVerificationGasLimit.IsZero,
            HasPaymasterPostOpGasLimit = !partial || !operation.PaymasterPostOpGasLimit.IsZero,
        };
    }
}
