using Bundler.Ethereum.Primitives;
using Bundler.Signing.Guard;

namespace Bundler.Operations.Funds;

/// <summary>Between which balances the signers are kept, and by whom; amounts in wei.</summary>
public sealed record FundsBand
{
    /// <summary>Null: nothing is swept.</summary>
    public Address? Treasury { get; init; }

    public UInt256 SweepAbove { get; init; }

    public UInt256 SweepTo { get; init; }

    public UInt256 MaxSweepPerDay { get; init; }

    /// <summary>Zero: nobody is topped up.</summary>
    public UInt256 FundBelow { get; init; }

    public UInt256 FundTo { get; init; }

    public UInt256 MaxTopUpPerDay { get; init; }

    /// <summary>Null: the richest of the others tops up.</summary>
    public Address? FundingSigner { get; init; }

    public bool Sweeps => Treasury is not null;

    public bool TopsUp => !FundBelow.IsZero;

    /// <summary>What makes no sense: one sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        if (Sweeps && (SweepTo.IsZero || SweepAbove <= SweepTo))
        {
            yield return "with a Treasury, SweepAboveWei must exceed SweepToWei, and that must exceed 0";
        }

        if (Sweeps && MaxSweepPerDay.IsZero)
        {
            yield return "with a Treasury, MaxSweepPerDayWei must exceed 0";
        }

        if (TopsUp && FundTo <= FundBelow)
        {
            yield return "FundToWei must exceed FundBelowWei";
        }

        if (TopsUp && MaxTopUpPerDay < FundTo)
        {
            yield return "MaxTopUpPerDayWei must reach FundToWei: otherwise an empty signer is never topped up";
        }

        if (Sweeps && TopsUp && SweepTo < FundTo)
        {
            yield return "SweepToWei must reach FundToWei: otherwise what is swept is topped up again";
        }

        if (FundingSigner is not null && !TopsUp)
        {
            yield return "a FundingSigner needs FundBelowWei: without it nobody is topped up";
        }
    }

    /// <summary>What does not fit the node: one sentence each.</summary>
    public IEnumerable<string> Faults(IReadOnlyCollection<Address> signers, IReadOnlyCollection<Address> entryPoints)
    {
        if (Treasury is { } treasury && (treasury == Address.Zero || signers.Contains(treasury) || entryPoints.Contains(treasury)))
        {
            yield return $"The treasury {treasury} is the zero address, a signer, or an EntryPoint: profit sent there is not yours any more, or never leaves.";
        }

        if (FundingSigner is { } funding && !signers.Contains(funding))
        {
            yield return $"The funding signer {funding} is none of the configured keys.";
        }

        if (TopsUp && signers.Count < 2)
        {
            yield return "Signers can only be topped up where there are two keys or more.";
        }
    }

    /// <summary>What the guards before the keys allow: transfers to the treasury, and to the signers themselves, and to nobody else.</summary>
    public IReadOnlyList<TransferAllowance> Allowances(IEnumerable<Address> signers) =>
    [
        .. Treasury is { } treasury ? [new TransferAllowance(new HashSet<Address> { treasury }, MaxSweepPerDay, MaxSweepPerDay)] : (TransferAllowance[])[],
        .. TopsUp ? [new TransferAllowance(signers.ToHashSet(), FundTo, MaxTopUpPerDay)] : (TransferAllowance[])[],
    ];
}
