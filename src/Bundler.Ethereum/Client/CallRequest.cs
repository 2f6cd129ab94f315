using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Ethereum.Client;

/// <summary>The call object of eth_call, eth_estimateGas and debug_traceCall; what is null is left out.</summary>
public sealed record CallRequest
{
    public Address? From { get; init; }

    /// <summary>Null: <see cref="Data"/> is init code.</summary>
    public Address? To { get; init; }

    public Bytes Data { get; init; }

    public ulong? Gas { get; init; }

    /// <summary>Wei.</summary>
    public UInt256? Value { get; init; }

    /// <summary>Wei; excludes the two of EIP-1559.</summary>
    public UInt256? GasPrice { get; init; }

    public UInt256? MaxFeePerGas { get; init; }

    public UInt256? MaxPriorityFeePerGas { get; init; }

    public ulong? Nonce { get; init; }

    /// <summary>EIP-7702; nodes reject an empty list, so that one is left out too.</summary>
    public IReadOnlyList<Authorization>? AuthorizationList { get; init; }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (From is { } from)
        {
            writer.WriteAddress("from", from);
        }

        if (To is { } to)
        {
            writer.WriteAddress("to", to);
        }

        writer.WriteBytes("data", Data);
        WriteOptional(writer, "gas", Gas);
        WriteOptional(writer, "value", Value);
        WriteOptional(writer, "gasPrice", GasPrice);
        WriteOptional(writer, "maxFeePerGas", MaxFeePerGas);
        WriteOptional(writer, "maxPriorityFeePerGas", MaxPriorityFeePerGas);
        WriteOptional(writer, "nonce", Nonce);
        if (AuthorizationList is { Count: > 0 } authorizations)
        {
            writer.WriteStartArray("authorizationList");
            foreach (Authorization authorization in authorizations)
            {
                Write(writer, authorization);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, UInt256? value)
    {
        if (value is { } quantity)
        {
            writer.WriteQuantity(name, quantity);
        }
    }

    private static void Write(Utf8JsonWriter writer, Authorization authorization)
    {
        writer.WriteStartObject();
        writer.WriteQuantity("chainId", authorization.ChainId);
        writer.WriteAddress("address", authorization.Address);
        writer.WriteQuantity("nonce", authorization.Nonce);
        writer.WriteQuantity("yParity", (ulong)authorization.YParity);
        writer.WriteQuantity("r", authorization.R);
        writer.WriteQuantity("s", authorization.S);
        writer.WriteEndObject();
    }
}
