using System.Buffers;
using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>A validation's result as JSON in bytes: the form in which it is stored with the operation, for a restart and for other nodes.</summary>
public static class ValidationJson
{
    private const int UsualSize = 2048;

    public static Bytes Write(ValidationResult result)
    {
        ArrayBufferWriter<byte> buffer = new(UsualSize);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("blockHash", result.BlockHash.ToString());
            WriteWindow(json, "window", result.Window);
            if (result.BlockWindow is { } blocks)
            {
                WriteWindow(json, "blockWindow", blocks);
            }

            json.WriteBoolean("endsByPaymaster", result.EndsByPaymaster);
            if (result.Aggregator is { } aggregator)
            {
                json.WriteString("aggregator", aggregator.ToLowerHex());
            }

            json.WriteString("signatureInGroup", result.SignatureInGroup.ToString());
            json.WriteString("prefund", result.Prefund.ToQuantity());
            json.WriteNumber("verificationGasUsed", result.VerificationGasUsed);
            json.WriteNumber("paymasterVerificationGasUsed", result.PaymasterVerificationGasUsed);
            json.WriteNumber("contextLength", result.ContextLength);
            json.WriteString("paidFromBalance", result.PaidFromBalance.ToQuantity());
            json.WriteBoolean("dependsOnBalances", result.DependsOnBalances);
            WriteStakes(json, result.Stakes);
            WriteSlots(json, "accessedSlots", result.AccessedSlots);
            WriteSlots(json, "writtenSlots", result.WrittenSlots);
            WriteValues(json, result.ReadValues);
            WriteCodes(json, result.CodeHashes);
            json.WriteEndObject();
        }

        return Bytes.From(buffer.WrittenSpan);
    }

    /// <exception cref="CodecException">Not what <see cref="Write"/> writes.</exception>
    public static ValidationResult Read(Bytes json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json.Memory);
            return Read(document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CodecException($"no validation result: {fault.Message}");
        }
    }

    private static ValidationResult Read(JsonElement root) => new()
    {
        BlockHash = Hash32.Parse(Text(root, "blockHash")),
        Window = ReadWindow(root.GetProperty("window")),
        BlockWindow = root.TryGetProperty("blockWindow", out JsonElement blocks) ? ReadWindow(blocks) : null,
        EndsByPaymaster = root.GetProperty("endsByPaymaster").GetBoolean(),
        Aggregator = root.TryGetProperty("aggregator", out JsonElement aggregator) ? Address.Parse(aggregator.GetString()) : null,
        SignatureInGroup = Bytes.Parse(Text(root, "signatureInGroup")),
        Prefund = UInt256.ParseQuantity(Text(root, "prefund")),
        VerificationGasUsed = root.GetProperty("verificationGasUsed").GetUInt64(),
        PaymasterVerificationGasUsed = root.GetProperty("paymasterVerificationGasUsed").GetUInt64(),
        ContextLength = root.GetProperty("contextLength").GetInt32(),
        PaidFromBalance = UInt256.ParseQuantity(Text(root, "paidFromBalance")),
        DependsOnBalances = root.GetProperty("dependsOnBalances").GetBoolean(),
        Stakes = Map(root.GetProperty("stakes"), stake => ReadStake(stake)),
        AccessedSlots = Map(root.GetProperty("accessedSlots"), ReadSlots),
        WrittenSlots = Map(root.GetProperty("writtenSlots"), ReadSlots),
        ReadValues = new CompactMap<(Address, Hash32), Hash32>(
        [
            .. root.GetProperty("readValues").EnumerateObject().SelectMany(
                contract => contract.Value.EnumerateObject(),
                (contract, slot) => KeyValuePair.Create((Address.Parse(contract.Name), Hash32.Parse(slot.Name)), Hash32.Parse(slot.Value.GetString()))),
        ]),
        CodeHashes = Map(root.GetProperty("codeHashes"), code => Hash32.Parse(code.Value.GetString())),
    };

    private static void WriteWindow(Utf8JsonWriter json, string name, ValidityWindow window)
    {
        json.WriteStartObject(name);
        json.WriteNumber("after", window.ValidAfter);
        json.WriteNumber("until", window.ValidUntil);
        json.WriteBoolean("inBlocks", window.InBlocks);
        json.WriteEndObject();
    }

    private static ValidityWindow ReadWindow(JsonElement window) =>
        new(window.GetProperty("after").GetUInt64(), window.GetProperty("until").GetUInt64(), window.GetProperty("inBlocks").GetBoolean());

    private static void WriteStakes(Utf8JsonWriter json, IReadOnlyDictionary<Address, StakeInfo> stakes)
    {
        json.WriteStartObject("stakes");
        foreach ((Address address, StakeInfo stake) in stakes)
        {
            json.WriteStartObject(address.ToLowerHex());
            json.WriteString("stake", stake.Stake.ToQuantity());
            json.WriteNumber("delay", stake.UnstakeDelaySec);
            json.WriteString("deposit", stake.Deposit.ToQuantity());
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static StakeInfo ReadStake(JsonProperty stake) => new(
        Address.Parse(stake.Name),
        UInt256.ParseQuantity(Text(stake.Value, "stake")),
        stake.Value.GetProperty("delay").GetUInt32(),
        UInt256.ParseQuantity(Text(stake.Value, "deposit")));

    private static void WriteSlots(Utf8JsonWriter json, string name, IReadOnlyDictionary<Address, IReadOnlySet<Hash32>> contracts)
    {
        json.WriteStartObject(name);
        foreach ((Address contract, IReadOnlySet<Hash32> slots) in contracts)
        {
            json.WriteStartArray(contract.ToLowerHex());
            foreach (Hash32 slot in slots)
            {
                json.WriteStringValue(slot.ToString());
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static IReadOnlySet<Hash32> ReadSlots(JsonProperty contract) =>
        new CompactSet<Hash32>([.. contract.Value.EnumerateArray().Select(slot => Hash32.Parse(slot.GetString()))]);

    private static void WriteValues(Utf8JsonWriter json, IReadOnlyDictionary<(Address Contract, Hash32 Slot), Hash32> values)
    {
        json.WriteStartObject("readValues");
        foreach (IGrouping<Address, KeyValuePair<(Address Contract, Hash32 Slot), Hash32>> contract in values.GroupBy(value => value.Key.Contract))
        {
            json.WriteStartObject(contract.Key.ToLowerHex());
            foreach ((var key, Hash32 value) in contract)
            {
                json.WriteString(key.Slot.ToString(), value.ToString());
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteCodes(Utf8JsonWriter json, IReadOnlyDictionary<Address, Hash32> codes)
    {
        json.WriteStartObject("codeHashes");
        foreach ((Address address, Hash32 hash) in codes)
        {
            json.WriteString(address.ToLowerHex(), hash.ToString());
        }

        json.WriteEndObject();
    }

    private static CompactMap<Address, T> Map<T>(JsonElement element, Func<JsonProperty, T> read) =>
        new([.. element.EnumerateObject().Select(each => KeyValuePair.Create(Address.Parse(each.Name), read(each)))]);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new CodecException($"{name} is no text");
}
