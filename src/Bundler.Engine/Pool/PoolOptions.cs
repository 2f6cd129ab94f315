using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Pool;

/// <summary>Bounds of the mempool; each counts per EntryPoint.</summary>
public sealed class PoolOptions
{
    public const string Section = "Bundler:Pool";

    /// <summary>The most pending operations.</summary>
    [Range(1, 1_000_000)]
    public int MaxOperations { get; set; } = 20_000;

    /// <summary>The most bytes of packed operations.</summary>
    [Range(1_000, 4_000_000_000)]
    public long MaxBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>The most pending operations of one sender, staked or not; an unstaked one is also bound by UREP-010.</summary>
    [Range(1, 10_000)]
    public int MaxPerSender { get; set; } = 100;

    /// <summary>How many consecutive nonces of one key may wait behind the next one.</summary>
    [Range(0, 1_000)]
    public int MaxQueuedNonces { get; set; } = 16;

    /// <summary>A replacement must raise both fees by this much, in percent.</summary>
    [Range(0, 1_000)]
    public int ReplacementPercent { get; set; } = 10;

    /// <summary>How long an operation that a reorganisation gave back may wait for what it depends on to be there again; seconds.</summary>
    [Range(0, 3_600)]
    public int ReturnGraceSeconds { get; set; } = 30;

    /// <summary>How long an operation may stay that cannot go, whatever the reason: too low fees, a purse without room, blocks that are full of others; seconds.</summary>
    [Range(1, 2_592_000)]
    public int MaxWaitSeconds { get; set; } = 3_600;

    /// <summary>How long any operation may stay, in seconds of the chain's blocks: also one that nothing was found to speak against.</summary>
    [Range(60, 31_536_000)]
    public int MaxPendingSeconds { get; set; } = 86_400;
}

[OptionsValidator]
internal sealed partial class PoolOptionsValidator : IValidateOptions<PoolOptions>;
