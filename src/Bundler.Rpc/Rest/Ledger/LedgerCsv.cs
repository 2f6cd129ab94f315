using System.Globalization;
using System.Text;
using Bundler.Engine.Ledger;
using Bundler.Rpc.Methods;

namespace Bundler.Rpc.Rest.Ledger;

/// <summary>The ledger for spreadsheets (RFC 4180): one line for each transaction, amounts in wei.</summary>
internal static class LedgerCsv
{
    public const string Header =
        "time,block,transaction,kind,success,final,bundle,signer,nonce,entry_point,beneficiary,operations,gas_used,effective_gas_price_wei,gas_paid_wei,"
        + "fees_received_wei,net_wei,fault_operation,fault_entity,fault_reason\r\n";

    public static void Append(StringBuilder text, LedgerEntry entry)
    {
        text.Append(CultureInfo.InvariantCulture, $"{StandingJson.Moment(entry.Time)},{entry.BlockNumber},{entry.TransactionHash},{LedgerJson.Word(entry.Kind)},");
        text.Append(CultureInfo.InvariantCulture, $"{Truth(entry.Success)},{Truth(entry.IsFinal)},{entry.BundleId},{entry.Signer},{entry.Nonce},{entry.EntryPoint},");
        text.Append(CultureInfo.InvariantCulture, $"{entry.Beneficiary},{entry.Shares.Count},{entry.GasUsed},{entry.EffectiveGasPrice},{entry.GasPaid},");
        text.Append(CultureInfo.InvariantCulture, $"{entry.FeesReceived},{Wei.Net(entry.FeesReceived, entry.GasPaid)},");
        text.Append(CultureInfo.InvariantCulture, $"{entry.Fault?.UserOpHash},{entry.Fault?.Entity},{Quoted(entry.Fault?.Reason)}\r\n");
    }

    private static string Truth(bool value) => value ? "true" : "false";

    /// <summary>Strangers choose what their contracts revert with: a spreadsheet must not take it for a formula.</summary>
    private static string Quoted(string? text) =>
        string.IsNullOrEmpty(text) ? ""
        : $"\"{(text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
