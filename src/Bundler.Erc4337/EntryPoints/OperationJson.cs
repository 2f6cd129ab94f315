using System.Text.Json;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>What the JSON forms of all versions share: everything but factory and paymaster.</summary>
internal static class OperationJson
{
    private const int DummySignatureSize = 65;

    /// <summary>The names that every version knows; <c>eip7702Auth</c> is a matter of the transaction, not of the EntryPoint.</summary>
    public static readonly string[] SharedNames =
    [
        "sender", "nonce", "callData", "callGasLimit", "verificationGasLimit", "preVerificationGas",
        "maxFeePerGas", "maxPriorityFeePerGas", "signature", "eip7702Auth",
    ];

    // What ERC-7769 lets an estimation go without: as long as an ECDSA signature, and as dear in call data as one can be.
    private static readonly Bytes DummySignature = Dummy();

    /// <summary>
    /// While estimating, a limit of zero counts as not given: libraries that mean "find it" send zero.
    /// </summary>
    public static PartialUserOperation ReadShared(OperationFields fields, bool partial)
    {
        if (!partial)
        {
            foreach (string name in SharedNames.AsSpan()[..^1])
            {
                fields.Require(name);
            }
        }

        UserOperation operation = new()
        {
            Sender = fields.Address("sender"),
            Nonce = fields.Quantity("nonce"),
            CallData = fields.Data("callData"),
            CallGasLimit = fields.GasOrFeeOrZero("callGasLimit"),
            VerificationGasLimit = fields.GasOrFeeOrZero("verificationGasLimit"),
            PreVerificationGas = fields.GasOrFeeOrZero("preVerificationGas"),
            MaxFeePerGas = fields.GasOrFeeOrZero("maxFeePerGas"),
            MaxPriorityFeePerGas = fields.GasOrFeeOrZero("maxPriorityFeePerGas"),
            Signature = fields.Has("signature") ? fields.Data("signature") : DummySignature,
            Eip7702Auth = fields.Authorization("eip7702Auth"),
        };
        return new PartialUserOperation(operation)
        {
            HasCallGasLimit = !partial || !operation.CallGasLimit.IsZero,
            HasVerificationGasLimit = !partial || !operation.VerificationGasLimit.IsZero,
            HasPreVerificationGas = !partial || !operation.PreVerificationGas.IsZero,
            HasFees = fields.Has("maxFeePerGas") && fields.Has("maxPriorityFeePerGas"),
            HasSignature = fields.Has("signature"),
        };
    }

    public static void WriteIdentity(Utf8JsonWriter writer, UserOperation operation)
    {
        writer.WriteString("sender", operation.Sender.ToString());
        writer.WriteString("nonce", operation.Nonce.ToQuantity());
    }

    public static void WriteCall(Utf8JsonWriter writer, UserOperation operation)
    {
        writer.WriteString("callData", operation.CallData.ToString());
        writer.WriteString("callGasLimit", operation.CallGasLimit.ToQuantity());
        writer.WriteString("verificationGasLimit", operation.VerificationGasLimit.ToQuantity());
        writer.WriteString("preVerificationGas", operation.PreVerificationGas.ToQuantity());
        writer.WriteString("maxFeePerGas", operation.MaxFeePerGas.ToQuantity());
        writer.WriteString("maxPriorityFeePerGas", operation.MaxPriorityFeePerGas.ToQuantity());
    }

    public static void WriteSignature(Utf8JsonWriter writer, UserOperation operation)
    {
        writer.WriteString("signature", operation.Signature.ToString());
        if (operation.Eip7702Auth is { } authorization)
        {
            writer.WritePropertyName("eip7702Auth");
            AuthorizationJson.Write(writer, authorization);
        }
    }

    private static Bytes Dummy()
    {
        byte[] signature = new byte[DummySignatureSize];
        Array.Fill(signature, (byte)0xff);
        return Bytes.Own(signature);
    }
}
