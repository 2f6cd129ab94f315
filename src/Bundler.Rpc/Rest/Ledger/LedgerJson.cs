using System.Text.Json;
using Bundler.Engine.Ledger;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.Methods;

namespace Bundler.Rpc.Rest.Ledger;

/// <summary>Writes the ledger; wei are decimal strings, for numbers of JSON lose digits.</summary>
internal static class LedgerJson
{
    public static string Word(LedgerKind kind) => kind switch
    {
        LedgerKind.Bundle => "bundle",
        LedgerKind.Cancellation => "cancellation",
        _ => "transfer",
    };

    public static void WriteEntry(Utf8JsonWriter writer, LedgerEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteString("transactionHash"u8, entry.TransactionHash.ToString());
        writer.WriteNumber("blockNumber"u8, entry.BlockNumber);
        writer.WriteString("blockHash"u8, entry.BlockHash.ToString());
        writer.WriteNumber("transactionIndex"u8, entry.TransactionIndex);
        writer.WriteString("time"u8, StandingJson.Moment(entry.Time));
        writer.WriteBoolean("final"u8, entry.IsFinal);
        writer.WriteString("kind"u8, Word(entry.Kind));
        writer.WriteBoolean("success"u8, entry.Success);
        writer.WriteString("bundleId"u8, entry.BundleId);
        writer.WriteString("signer"u8, entry.Signer.ToString());
        writer.WriteNumber("nonce"u8, entry.Nonce);
        writer.WriteString("entryPoint"u8, entry.EntryPoint.ToString());
        writer.WriteString("beneficiary"u8, entry.Beneficiary?.ToString());
        writer.WriteNumber("gasUsed"u8, entry.GasUsed);
        writer.WriteString("effectiveGasPrice"u8, entry.EffectiveGasPrice.ToString());
        WriteMoney(writer, entry.FeesReceived, entry.GasPaid);
        WriteFault(writer, entry.Fault);
        writer.WriteStartArray("operations"u8);
        foreach (LedgerShare share in entry.Shares)
        {
            writer.WriteStartObject();
            writer.WriteString("userOpHash"u8, share.UserOpHash.ToString());
            WriteMoney(writer, share.FeeReceived, share.GasPaid);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>One operation's part of every transaction of ours that carried it.</summary>
    public static void WriteOperation(Utf8JsonWriter writer, Hash32 userOpHash, IReadOnlyList<LedgerEntry> entries, Hash32? includedByOthers)
    {
        (LedgerEntry Entry, LedgerShare Share)[] parts = [.. entries.Select(entry => (entry, entry.Shares.First(share => share.UserOpHash == userOpHash)))];
        writer.WriteStartObject();
        writer.WriteString("userOpHash"u8, userOpHash.ToString());
        WriteMoney(
            writer,
            parts.Aggregate(UInt256.Zero, (sum, part) => sum + part.Share.FeeReceived),
            parts.Aggregate(UInt256.Zero, (sum, part) => sum + part.Share.GasPaid));
        writer.WriteStartArray("transactions"u8);
        foreach ((LedgerEntry entry, LedgerShare share) in parts)
        {
            writer.WriteStartObject();
            writer.WriteString("transactionHash"u8, entry.TransactionHash.ToString());
            writer.WriteNumber("blockNumber"u8, entry.BlockNumber);
            writer.WriteBoolean("final"u8, entry.IsFinal);
            writer.WriteBoolean("success"u8, entry.Success);
            WriteMoney(writer, share.FeeReceived, share.GasPaid);
            WriteFault(writer, entry.Fault);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("includedByOthers"u8, includedByOthers?.ToString());
        writer.WriteEndObject();
    }

    /// <summary>The whole, and by signer, by EntryPoint and by both; the transfers' part of it by payee.</summary>
    public static void WriteTotals(Utf8JsonWriter writer, IReadOnlyList<LedgerTotal> totals)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("total"u8);
        WriteTotal(writer, Sum(totals));
        writer.WriteEndObject();
        WriteGroups(writer, "signers", "signer", totals.GroupBy(total => total.Signer));
        WriteGroups(writer, "entryPoints", "entryPoint", totals.Where(total => !total.IsOfTransfers).GroupBy(total => total.EntryPoint));
        WriteGroups(writer, "payees", "payee", totals.Where(total => total.IsOfTransfers).GroupBy(total => total.EntryPoint));
        writer.WriteStartArray("signersByEntryPoint"u8);
        foreach (LedgerTotal total in totals.Where(total => !total.IsOfTransfers))
        {
            writer.WriteStartObject();
            writer.WriteString("signer"u8, total.Signer.ToString());
            writer.WriteString("entryPoint"u8, total.EntryPoint.ToString());
            WriteTotal(writer, total);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteGroups(Utf8JsonWriter writer, string list, string name, IEnumerable<IGrouping<Address, LedgerTotal>> groups)
    {
        writer.WriteStartArray(list);
        foreach (IGrouping<Address, LedgerTotal> group in groups)
        {
            writer.WriteStartObject();
            writer.WriteString(name, group.Key.ToString());
            WriteTotal(writer, Sum(group));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static LedgerTotal Sum(IEnumerable<LedgerTotal> totals) => totals.Aggregate(new LedgerTotal(default, default), (sum, total) => sum.Plus(total));

    private static void WriteTotal(Utf8JsonWriter writer, LedgerTotal total)
    {
        writer.WriteNumber("bundles"u8, total.Bundles);
        writer.WriteNumber("reverted"u8, total.Reverted);
        writer.WriteNumber("cancellations"u8, total.Cancellations);
        writer.WriteNumber("operations"u8, total.Operations);
        writer.WriteNumber("gasUsed"u8, total.GasUsed);
        writer.WriteString("gasLost"u8, total.GasLost.ToString());
        WriteMoney(writer, total.FeesReceived, total.GasPaid);
    }

    private static void WriteMoney(Utf8JsonWriter writer, UInt256 received, UInt256 paid)
    {
        writer.WriteString("gasPaid"u8, paid.ToString());
        writer.WriteString("feesReceived"u8, received.ToString());
        writer.WriteString("net"u8, Wei.Net(received, paid));
    }

    private static void WriteFault(Utf8JsonWriter writer, LedgerFault? fault)
    {
        if (fault is null)
        {
            writer.WriteNull("fault"u8);
            return;
        }

        writer.WriteStartObject("fault"u8);
        writer.WriteString("userOpHash"u8, fault.UserOpHash?.ToString());
        writer.WriteString("entity"u8, fault.Entity?.ToString());
        writer.WriteString("reason"u8, fault.Reason);
        writer.WriteEndObject();
    }
}
