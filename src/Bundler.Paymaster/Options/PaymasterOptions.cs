using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Options;

/// <summary>A paymaster that the node signs for, and how much of its deposit the node may grant. Amounts in wei, as text; empty: no limit. 0 is refused: it would grant nothing.</summary>
public sealed class PaymasterOptions
{
    /// <summary>The contract.</summary>
    public string Address { get; set; } = "";

    /// <summary>Which contract it is: node, verifying or pimlico.</summary>
    public string Kind { get; set; } = NodeGrantCodec.Name;

    /// <summary>The EntryPoint that it works with, one that the node serves.</summary>
    public string EntryPoint { get; set; } = "";

    /// <summary>The key that signs for it, one of Bundler:GrantSigning.</summary>
    public string Signer { get; set; } = "";

    /// <summary>Signs although the contract's code is not one that the node knows.</summary>
    public bool AcceptUnknownCode { get; set; }

    /// <summary>The most that one operation may cost.</summary>
    public string MaxWeiPerOperation { get; set; } = "10000000000000000";

    /// <summary>The most that the operations of one hour may cost together.</summary>
    public string MaxWeiPerHour { get; set; } = "200000000000000000";

    /// <summary>The most that those of one day may.</summary>
    public string MaxWeiPerDay { get; set; } = "1000000000000000000";

    /// <summary>The most that all may, for ever.</summary>
    public string MaxWeiTotal { get; set; } = "";

    /// <summary>The most that one account may cost in a day.</summary>
    public string MaxWeiPerSenderPerDay { get; set; } = "";

    /// <summary>The most operations in one hour.</summary>
    public ulong? MaxPerHour { get; set; }

    /// <summary>The most operations in one day.</summary>
    public ulong? MaxPerDay { get; set; }

    /// <summary>The most operations for ever.</summary>
    public ulong? MaxTotal { get; set; }

    /// <summary>The most operations of one account in an hour.</summary>
    public ulong? MaxPerSenderPerHour { get; set; }

    /// <summary>The limits that are set, the narrowest time first.</summary>
    /// <exception cref="CodecException">An amount is malformed.</exception>
    public IReadOnlyList<GrantLimit> Budgets() =>
    [
        .. new[]
        {
            Wei(nameof(MaxWeiPerOperation), GrantScope.Paymaster, GrantPeriod.Operation, MaxWeiPerOperation),
            Count(nameof(MaxPerSenderPerHour), GrantScope.Sender, GrantPeriod.Hour, MaxPerSenderPerHour),
            Wei(nameof(MaxWeiPerSenderPerDay), GrantScope.Sender, GrantPeriod.Day, MaxWeiPerSenderPerDay),
            Wei(nameof(MaxWeiPerHour), GrantScope.Paymaster, GrantPeriod.Hour, MaxWeiPerHour),
            Count(nameof(MaxPerHour), GrantScope.Paymaster, GrantPeriod.Hour, MaxPerHour),
            Wei(nameof(MaxWeiPerDay), GrantScope.Paymaster, GrantPeriod.Day, MaxWeiPerDay),
            Count(nameof(MaxPerDay), GrantScope.Paymaster, GrantPeriod.Day, MaxPerDay),
            Wei(nameof(MaxWeiTotal), GrantScope.Paymaster, GrantPeriod.Total, MaxWeiTotal),
            Count(nameof(MaxTotal), GrantScope.Paymaster, GrantPeriod.Total, MaxTotal),
        }.OfType<GrantLimit>(),
    ];

    private static GrantLimit? Wei(string name, GrantScope scope, GrantPeriod period, string wei) =>
        wei.Length == 0 ? null : new GrantLimit(name, scope, period, UInt256.ParseDecimal(wei), null);

    private static GrantLimit? Count(string name, GrantScope scope, GrantPeriod period, ulong? count) =>
        count is { } most ? new GrantLimit(name, scope, period, null, most) : null;
}
