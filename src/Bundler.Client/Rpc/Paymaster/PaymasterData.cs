using System.Numerics;
using Bundler.Client.Json;
using Bundler.Client.Operations;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc.Paymaster;

/// <summary>A paymaster's fields of an operation (ERC-7677).</summary>
public record PaymasterData
{
    /// <summary>The paymaster (v0.7+).</summary>
    [JsonProperty("paymaster")]
    public string? Paymaster { get; init; }

    /// <summary>What it is given (v0.7+).</summary>
    [JsonProperty("paymasterData")]
    public string? Data { get; init; }

    /// <summary>Both in one piece (v0.6).</summary>
    [JsonProperty("paymasterAndData")]
    public string? PaymasterAndData { get; init; }

    /// <summary>Gas for its validation; null: to be estimated.</summary>
    [JsonProperty("paymasterVerificationGasLimit"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? VerificationGasLimit { get; init; }

    /// <summary>Gas for its postOp; null: to be estimated.</summary>
    [JsonProperty("paymasterPostOpGasLimit"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? PostOpGasLimit { get; init; }

    /// <summary>The signature beside the hash (v0.9).</summary>
    [JsonProperty("paymasterSignature")]
    public string? Signature { get; init; }

    /// <summary>The operation with these fields; limits that it already has stay if none are given.</summary>
    /// <param name="operation">The operation.</param>
    /// <exception cref="FormatException">paymasterAndData does not begin with an address.</exception>
    public UserOperation Apply(UserOperation operation)
    {
        (string? paymaster, string? data) = PaymasterAndData is { Length: > 2 } joined ? HexText.SplitAddress(joined) : (Paymaster, Data);
        return paymaster is null ? operation : operation with
        {
            Paymaster = paymaster,
            PaymasterData = data ?? UserOperation.NoData,
            PaymasterVerificationGasLimit = VerificationGasLimit ?? operation.PaymasterVerificationGasLimit,
            PaymasterPostOpGasLimit = PostOpGasLimit ?? operation.PaymasterPostOpGasLimit,
            PaymasterSignature = Signature ?? operation.PaymasterSignature,
        };
    }
}
