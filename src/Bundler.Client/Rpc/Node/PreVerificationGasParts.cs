using System.Numerics;
using Bundler.Client.Json;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc.Node;

/// <summary>The parts of a preVerificationGas, in gas.</summary>
public sealed record PreVerificationGasParts
{
    /// <summary>Its share of the transaction's own cost.</summary>
    [JsonProperty("transaction"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger Transaction { get; init; }

    /// <summary>The call data.</summary>
    [JsonProperty("callData"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger CallData { get; init; }

    /// <summary>Its share of handleOps.</summary>
    [JsonProperty("entryPoint"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger EntryPoint { get; init; }

    /// <summary>What handleOps spends on each operation.</summary>
    [JsonProperty("perOperation"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger PerOperation { get; init; }

    /// <summary>The EIP-7702 tuple.</summary>
    [JsonProperty("authorization"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger Authorization { get; init; }

    /// <summary>What execution costs beside its limit.</summary>
    [JsonProperty("execution"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger Execution { get; init; }

    /// <summary>What the floor of EIP-7623 adds.</summary>
    [JsonProperty("floor"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger Floor { get; init; }

    /// <summary>The sum.</summary>
    [JsonProperty("total"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger Total { get; init; }
}
