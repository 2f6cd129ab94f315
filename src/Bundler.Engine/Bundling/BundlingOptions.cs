using System.ComponentModel.DataAnnotations;
using Bundler.Engine.Bundling.Checks;
using Bundler.Engine.Bundling.Pace;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling;

/// <summary>When bundles are built and how large they get.</summary>
public sealed class BundlingOptions
{
    public const string Section = "Bundler:Bundling";

    /// <summary>auto or manual at start.</summary>
    public BundlingMode Mode { get; set; } = BundlingMode.Auto;

    /// <summary>Also try when no head has come for this long; milliseconds.</summary>
    [Range(50, 60_000)]
    public int IntervalMilliseconds { get; set; } = 1_000;

    /// <summary>How long the first operation waits for others before a bundle is built; milliseconds.</summary>
    [Range(0, 10_000)]
    public int GatherMilliseconds { get; set; } = 40;

    /// <summary>While bundles are in flight, the next one is built so long after the last, in block times.</summary>
    [Range(0.0, 10.0)]
    public double MaxWaitBlockTimes { get; set; } = 0.2;

    /// <summary>… but at once when so many operations have come.</summary>
    [Range(1, 1_000)]
    public int BuildAtOperations { get; set; } = 20;

    /// <summary>… or when those that have come pay so many wei at most; 0: their value makes no difference.</summary>
    public ulong BuildAtValueWei { get; set; }

    /// <summary>The most operations of a bundle.</summary>
    [Range(1, 1_000)]
    public int MaxOperations { get; set; } = 100;

    /// <summary>Percent of the chain's transaction gas limit that a bundle may take.</summary>
    [Range(1, 100)]
    public int GasLimitPercent { get; set; } = 90;

    /// <summary>MAX_BUNDLE_SIZE (LIM-040), bytes of call data; the chain's transaction size also binds.</summary>
    [Range(10_000, 10_000_000)]
    public int MaxBytes { get; set; } = 262_144;

    /// <summary>MAX_BUNDLE_CONTEXT_SIZE (LIM-050), bytes of paymaster contexts.</summary>
    [Range(0, 10_000_000)]
    public int MaxContextBytes { get; set; } = 65_536;

    /// <summary>Fees received must reach this percent of the expected cost.</summary>
    [Range(0, 1_000)]
    public int MinProfitPercent { get; set; } = 100;

    /// <summary>Run each bundle on the node's pending block before it is signed, where the node has one: one eth_call.</summary>
    public bool LastLook { get; set; } = true;

    /// <summary>Where the fees go; by default to the signer of the bundle.</summary>
    public string? Beneficiary { get; set; }

    /// <summary>A bundle that failed for no nameable reason this often sends its operations alone.</summary>
    [Range(1, 100)]
    public int SuspectAfterFailures { get; set; } = 2;

    /// <summary>An operation that failed alone this often is dropped.</summary>
    [Range(1, 100)]
    public int DropAfterFailures { get; set; } = 4;

    /// <summary>What the Ethereum node may take to run a whole bundle before it is signed; parts of one have less, but never below an eighth.</summary>
    [Range(0.1, 120.0)]
    public double CheckSeconds { get; set; } = 3;

    /// <summary>After a bundle that took longer, operations are weighed one by one for so many seconds before they go together.</summary>
    [Range(1, 86_400)]
    public int WarySeconds { get; set; } = 300;

    internal Address? BeneficiaryAddress => string.IsNullOrEmpty(Beneficiary) ? null : Address.Parse(Beneficiary);
}

[OptionsValidator]
internal sealed partial class BundlingOptionsValidator : IValidateOptions<BundlingOptions>;
