using Bundler.Ethereum.Primitives;

namespace Bundler.Operations.Funds;

/// <summary>Who is to pay whom, in wei.</summary>
public sealed record PlannedTransfer(Address From, Address To, UInt256 Value, bool IsTopUp);

/// <summary>A signer's account at one block.</summary>
public sealed record SignerFunds(Address Address, UInt256 Balance, ulong Nonce);

/// <summary>Which transfer comes next, if any. Pure: a poor signer first, then what is above the band; never more than a day's cap leaves.</summary>
public static class FundsPlan
{
    /// <summary>What a source keeps for the gas of its transfer: no more than this part of what it pays.</summary>
    private static readonly UInt256 GasReservePart = 100;

    /// <param name="band">Between which balances the signers are kept.</param>
    /// <param name="signers">Their accounts, at one block.</param>
    /// <param name="swept">What went to the treasury within the last day.</param>
    /// <param name="toppedUp">What topped up signers within the last day.</param>
    public static PlannedTransfer? Next(FundsBand band, IReadOnlyList<SignerFunds> signers, UInt256 swept, UInt256 toppedUp) =>
        NextTopUp(band, signers, UInt256.SubtractToZero(band.MaxTopUpPerDay, toppedUp))
        ?? NextSweep(band, signers, UInt256.SubtractToZero(band.MaxSweepPerDay, swept));

    /// <summary>The poorest signer, when it is below the band and nobody may pay: why.</summary>
    public static string? Hindrance(FundsBand band, IReadOnlyList<SignerFunds> signers, UInt256 toppedUp) =>
        Poorest(band, signers) is not { } poor || NextTopUp(band, signers, UInt256.SubtractToZero(band.MaxTopUpPerDay, toppedUp)) is not null ? null
        : Source(band, signers, poor, band.FundTo - poor.Balance) is null ? $"no other signer can pay {band.FundTo - poor.Balance} wei to {poor.Address}"
        : $"the day's cap of {band.MaxTopUpPerDay} wei is reached, and {poor.Address} has {poor.Balance} wei";

    private static PlannedTransfer? NextTopUp(FundsBand band, IReadOnlyList<SignerFunds> signers, UInt256 left) =>
        Poorest(band, signers) is { } poor && band.FundTo - poor.Balance is { } value && value <= left && Source(band, signers, poor, value) is { } source
            ? new PlannedTransfer(source.Address, poor.Address, value, IsTopUp: true)
            : null;

    private static SignerFunds? Poorest(FundsBand band, IReadOnlyList<SignerFunds> signers) => band.TopsUp
        ? signers.Where(signer => signer.Address != band.FundingSigner && signer.Balance < band.FundBelow).MinBy(signer => signer.Balance)
        : null;

    /// <summary>The funding signer pays from all it has; a signer that sends bundles itself keeps what it would be topped up to.</summary>
    private static SignerFunds? Source(FundsBand band, IReadOnlyList<SignerFunds> signers, SignerFunds poor, UInt256 value)
    {
        UInt256 needed = value + value / GasReservePart + (band.FundingSigner is null ? band.FundTo : UInt256.Zero);
        return signers
            .Where(signer => band.FundingSigner is { } funding ? signer.Address == funding : signer.Address != poor.Address)
            .Where(signer => signer.Balance >= needed)
            .MaxBy(signer => signer.Balance);
    }

    // What is less than a tenth of the band is not worth its gas: it waits until the cap allows more.
    private static PlannedTransfer? NextSweep(FundsBand band, IReadOnlyList<SignerFunds> signers, UInt256 left) =>
        band.Treasury is { } treasury
        && signers.Where(signer => signer.Address != band.FundingSigner && signer.Balance > band.SweepAbove).MaxBy(signer => signer.Balance) is { } rich
        && UInt256.Min(rich.Balance - band.SweepTo, left) is { } value && value >= (band.SweepAbove - band.SweepTo) / 10 && !value.IsZero
            ? new PlannedTransfer(rich.Address, treasury, value, IsTopUp: false)
            : null;
}
