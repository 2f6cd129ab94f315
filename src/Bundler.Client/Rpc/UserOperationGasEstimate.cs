using System.Numerics;
using Bundler.Client.Json;
using Bundler.Client.Operations;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc;

/// <summary>The gas that an operation needs.</summary>
public sealed record UserOperationGasEstimate
{
    /// <summary>Gas for what the EntryPoint cannot measure.</summary>
    [JsonProperty("preVerificationGas"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger PreVerificationGas { get; init; }

    /// <summary>Gas for deployment and validation.</summary>
    [JsonProperty("verificationGasLimit"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger VerificationGasLimit { get; init; }

    /// <summary>Gas for the call.</summary>
    [JsonProperty("callGasLimit"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger CallGasLimit { get; init; }

    /// <summary>Gas for the paymaster's validation; null without one.</summary>
    [JsonProperty("paymasterVerificationGasLimit"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? PaymasterVerificationGasLimit { get; init; }

    /// <summary>Gas for the paymaster's postOp; null without one.</summary>
    [JsonProperty("paymasterPostOpGasLimit"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? PaymasterPostOpGasLimit { get; init; }

    /// <summary>The operation with these limits; what a sponsor has fixed stays.</summary>
    /// <param name="operation">The operation that was estimated.</param>
    public UserOperation Apply(UserOperation operation) => operation with
    {
        PreVerificationGas = PreVerificationGas,
        VerificationGasLimit = VerificationGasLimit,
        CallGasLimit = CallGasLimit,
        PaymasterVerificationGasLimit = operation.PaymasterVerificationGasLimit ?? PaymasterVerificationGasLimit,
        PaymasterPostOpGasLimit = operation.PaymasterPostOpGasLimit ?? PaymasterPostOpGasLimit,
    };
}
