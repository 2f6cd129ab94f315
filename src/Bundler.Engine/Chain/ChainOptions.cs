using System.ComponentModel.DataAnnotations;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Chain;

/// <summary>The chain as the configuration gives it; the chain file stands below the operator's own keys.</summary>
public sealed class ChainOptions
{
    public const string Section = "Bundler:Chain";

    private const string Wei = "^[0-9]{1,38}$";

    /// <summary>A file in config/chains, or the path of another; empty: the one with the chain id that the node reports.</summary>
    public string Name { get; set; } = "";

    /// <summary>EIP-155: the chain that the node must be on; 0: the chain file says.</summary>
    public ulong ChainId { get; set; }

    /// <summary>The EntryPoints to serve: addresses with commas, <c>ADDRESS=0.7</c> for one that is not known; empty: all known ones that have code.</summary>
    public string Serve { get; set; } = "";

    /// <summary>Address → version of the EntryPoints that are known on this chain.</summary>
    public IDictionary<string, string> EntryPoints { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Between blocks.</summary>
    [Range(0.05, 600)]
    public double BlockTimeSeconds { get; set; } = 1;

    /// <summary>MIN_STAKE_VALUE (ERC-7562), wei.</summary>
    [RegularExpression(Wei, ErrorMessage = "MinStakeWei must be a whole number of wei")]
    public string MinStakeWei { get; set; } = "1000000000000000000";

    /// <summary>MIN_UNSTAKE_DELAY (ERC-7562).</summary>
    public uint MinUnstakeDelaySeconds { get; set; } = 86_400;

    /// <summary>The most gas one transaction may have (EIP-7825).</summary>
    [Range(1_000_000, 1_000_000_000)]
    public ulong TransactionGasLimit { get; set; } = 16_777_216;

    /// <summary>The largest transaction that nodes take.</summary>
    [Range(10_000, 10_000_000)]
    public int MaxTransactionBytes { get; set; } = 131_072;

    /// <summary>The least tip that block producers take, wei per gas.</summary>
    [RegularExpression(Wei, ErrorMessage = "MinPriorityFeeWei must be a whole number of wei")]
    public string MinPriorityFeeWei { get; set; } = "0";

    /// <summary>How far bundles that revert may take the ledger below its peak, wei; 0: there is no bound.</summary>
    [RegularExpression(Wei, ErrorMessage = "RiskAllowanceWei must be a whole number of wei")]
    public string RiskAllowanceWei { get; set; } = "50000000000000000";

    /// <summary>Call data has the EIP-7623 floor.</summary>
    public bool Eip7623 { get; set; } = true;

    /// <summary>A development chain: its funds are worth nothing and its key may be everybody's.</summary>
    public bool Development { get; set; }

    /// <exception cref="CodecException">An address or an amount is malformed; the options are to be validated first.</exception>
    public ChainProfile ToProfile() => new()
    {
        Name = Name,
        ChainId = ChainId,
        EntryPoints = [.. EntryPoints.Select(pair => ParseEntryPoint(pair.Key, pair.Value))],
        BlockTimeSeconds = BlockTimeSeconds,
        MinStakeWei = UInt256.ParseDecimal(MinStakeWei),
        MinUnstakeDelaySeconds = MinUnstakeDelaySeconds,
        TransactionGasLimit = TransactionGasLimit,
        MaxTransactionBytes = MaxTransactionBytes,
        MinPriorityFeeWei = UInt256.ParseDecimal(MinPriorityFeeWei),
        RiskAllowanceWei = UInt256.ParseDecimal(RiskAllowanceWei),
        Eip7623 = Eip7623,
        Development = Development,
    };

    private static KnownEntryPoint ParseEntryPoint(string address, string version) =>
        EntryPointVersionText.Parse(version) is { } parsed
            ? new KnownEntryPoint(Address.Parse(address), parsed)
            : throw new CodecException($"the EntryPoint at {address} has version {version}, and only {EntryPointVersionText.Known} are known");
}

[OptionsValidator]
internal sealed partial class ChainOptionsValidator : IValidateOptions<ChainOptions>;
