namespace Bundler.Storage.Retention;

/// <summary>Every table of the schema and why it does not grow for ever: whoever adds a table says it here, and a test asks for it.</summary>
internal static class StoreTables
{
    private const string OneRow = "one row";

    /// <summary>By name: what bounds the rows.</summary>
    public static IReadOnlyDictionary<string, string> Bounds { get; } = new Dictionary<string, string>
    {
        ["mempool"] = "Bundler:Pool:MaxOperations",
        ["reputation"] = "addresses that were seen lately: the counters decay hourly, and a row goes with its last count",
        ["bundles"] = "retention, by OperationDays",
        ["transactions"] = "retention, by OperationDays",
        ["blocks"] = "Bundler:Inclusion:RememberedBlocks, and those with operations that retention has not moved",
        ["included_operations"] = "retention, by OperationDays",
        ["receipts"] = "retention, by OperationDays",
        ["operation_statuses"] = "retention, by OperationDays",
        ["ended_operations"] = "retention, by EndedDays; a row is some 200 bytes",
        ["ledger_entries"] = "retention, by LedgerDays",
        ["ledger_shares"] = "retention, by LedgerDays",
        ["ledger_totals"] = "a row for each day, signer and EntryPoint: these sums are kept for ever",
        ["ledger_peaks"] = OneRow,
        ["index_marks"] = "a row for each kind of mark",
        ["leases"] = "a row for each duty that there ever was: keys and EntryPoints",
        ["nodes"] = "nodes that were heard of within a day",
        ["pool_changes"] = "the newest 100,000, which the nodes trim as they read",
        ["commit_marks"] = "writers of the last seven days",
        ["grants"] = "Bundler:Sponsor:Ledger:KeepDays after they came to their end",
        ["grant_sums"] = "a row for each paymaster and API key, and for each sender of the last Bundler:Sponsor:Ledger:KeepDays",
        ["grant_paymasters"] = "a row for each paymaster that there ever was",
        ["grant_strays"] = "a row for each operation that a paymaster of ours paid for and nobody granted, and each is a critical alarm",
        ["grant_ledger"] = OneRow,
        ["api_keys"] = "a row for each key that an operator ever made",
        ["store_chain"] = OneRow,
        ["schema_version"] = OneRow,
    };
}
