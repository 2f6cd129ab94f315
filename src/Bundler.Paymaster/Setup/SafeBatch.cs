using System.Globalization;
using System.Text.Json.Nodes;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>
/// Planned transactions as the file that Safe's Transaction Builder imports (format 1.0): all of them in one transaction of the Safe. Calls are given as bytes, so that what is signed is what was
/// planned, to the byte.
/// </summary>
public static class SafeBatch
{
    private const string Format = "1.0";
    private const string TxBuilderVersion = "1.17.1";

    /// <param name="chainId">EIP-155.</param>
    /// <param name="safe">Who sends.</param>
    /// <param name="name">What the signers read above it; printable ASCII.</param>
    /// <param name="transactions">In this order.</param>
    /// <param name="createdAt">Now.</param>
    public static JsonObject Of(ulong chainId, Address safe, string name, IReadOnlyList<PlannedTransaction> transactions, DateTimeOffset createdAt)
    {
        JsonObject batch = new()
        {
            ["version"] = Format,
            ["chainId"] = chainId.ToString(CultureInfo.InvariantCulture),
            ["createdAt"] = createdAt.ToUnixTimeMilliseconds(),
            ["meta"] = new JsonObject
            {
                ["name"] = name,
                ["description"] = string.Join("; ", transactions.Select(transaction => transaction.Title)),
                ["txBuilderVersion"] = TxBuilderVersion,
                ["createdFromSafeAddress"] = safe.ToString(),
                ["createdFromOwnerAddress"] = "",
            },
            ["transactions"] = new JsonArray([.. transactions.Select(Transaction)]),
        };
        batch["meta"]!["checksum"] = SafeChecksum.Of(batch).ToString();
        return batch;
    }

    private static JsonObject Transaction(PlannedTransaction transaction) => new()
    {
        ["to"] = transaction.To.ToString(),
        ["value"] = transaction.Value.ToString(),
        ["data"] = transaction.Data.ToString(),
        ["contractMethod"] = null,
        ["contractInputsValues"] = null,
    };
}
