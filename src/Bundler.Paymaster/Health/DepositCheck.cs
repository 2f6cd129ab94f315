using Bundler.Paymaster.Deposits;
using Bundler.Paymaster.Ledger;
using Microsoft.Extensions.Options;

namespace Bundler.Paymaster.Health;

/// <summary>Each paymaster's deposit was read lately, and does.</summary>
internal sealed class DepositCheck(DepositBook book, OwnPaymasters paymasters, IOptions<DepositOptions> options, TimeProvider clock) : ISponsorCheck
{
    /// <summary>S0-19: at least every five minutes.</summary>
    private static readonly TimeSpan _oldest = TimeSpan.FromSeconds(300);

    public string Name => "deposits";

    public SponsorFinding Check()
    {
        string[] troubles = [.. paymasters.All.Select(Trouble).OfType<string>()];
        return new SponsorFinding(troubles.Length == 0, troubles.Length == 0 ? "all of them do" : string.Join("; ", troubles));
    }

    private string? Trouble(OwnPaymaster paymaster) =>
        book.Find(paymaster.Address) is not { } read ? $"{paymaster.Address}: its deposit was not read yet"
        : clock.GetUtcNow() - read.At > _oldest ? $"{paymaster.Address}: its deposit was last read at {read.At:u}"
        : read.Trouble(options.Value.Low) is { } trouble ? $"{paymaster.Address}: {trouble}"
        : null;
}
