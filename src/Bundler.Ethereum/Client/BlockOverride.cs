using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>What the block of a call looks like, by geth's names; what is null stays as it is.</summary>
public sealed record BlockOverride
{
    public ulong? Number { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public ulong? Time { get; init; }

    public ulong? GasLimit { get; init; }

    public Address? FeeRecipient { get; init; }

    public Hash32? PrevRandao { get; init; }

    /// <summary>Wei.</summary>
    public UInt256? BaseFeePerGas { get; init; }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (Number is { } number)
        {
            writer.WriteQuantity("number", number);
        }

        if (Time is { } time)
        {
            writer.WriteQuantity("time", time);
        }

        if (GasLimit is { } gasLimit)
        {
            writer.WriteQuantity("gasLimit", gasLimit);
        }

        if (FeeRecipient is { } feeRecipient)
        {
            writer.WriteAddress("feeRecipient", feeRecipient);
        }

        if (PrevRandao is { } prevRandao)
        {
            writer.WriteHash("prevRandao", prevRandao);
        }

        if (BaseFeePerGas is { } baseFeePerGas)
        {
            writer.WriteQuantity("baseFeePerGas", baseFeePerGas);
        }

        writer.WriteEndObject();
    }
}
