using System.Text.Json;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Signers;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.Rest;
using Bundler.Signing;
using Bundler.Signing.Health;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Health;

/// <summary>At least one signer signs and can pay for a bundle; each is shown with its state and its last fault.</summary>
internal sealed class SignersCheck(SignerPool signers, IOptions<SubmissionOptions> options) : IHealthCheck
{
    private readonly UInt256 _floor = (UInt256)options.Value.MinSignerBalanceWei;

    public string Name => "signers";

    public HealthFinding Check()
    {
        if (signers.Signers.Count == 0)
        {
            return new HealthFinding(true, "it has no keys: other nodes send the bundles");
        }

        SignerStanding[] standings = [.. signers.Signers.Select(StandingOf)];
        int ready = standings.Count(standing => standing.State == "ready" && standing.Signer.SendsBundles);
        string shared = standings.Any(standing => standing.State == "shared") ? "; somebody else uses the key of one, see the log" : "";
        return new HealthFinding(ready > 0, $"{ready} of {standings.Length} can send bundles{shared}", writer =>
        {
            writer.WriteStartArray();
            foreach (SignerStanding standing in standings)
            {
                Write(writer, standing);
            }

            writer.WriteEndArray();
        });
    }

    // A key that was never asked is taken to sign: the node starts while a key service is down.
    private SignerStanding StandingOf(ITransactionSigner signer)
    {
        UInt256? balance = signers.BalanceOf(signer.Address);
        string state = signer.Health is { IsHealthy: false } ? "down" : balance is null ? "unknown" : balance < _floor ? "poor"
            : signers.ForeignTransactionsOf(signer.Address) > 0 ? "shared" : "ready";
        return new SignerStanding(signer, balance, state);
    }

    private static void Write(Utf8JsonWriter writer, SignerStanding standing)
    {
        writer.WriteStartObject();
        writer.WriteString("address"u8, standing.Signer.Address.ToString());
        writer.WriteString("name"u8, standing.Signer.Name);
        writer.WriteString("state"u8, standing.State);
        writer.WriteString("balance"u8, standing.Balance?.ToString());
        if (standing.Signer.Health is { } health)
        {
            writer.WriteString("askedAt"u8, health.At);
            writer.WriteString("fault"u8, health.Fault?.ToString());
            writer.WriteString("reason"u8, health.Reason);
        }

        writer.WriteEndObject();
    }

    /// <summary>A signer as operators see it; the balance in wei.</summary>
    private sealed record SignerStanding(ITransactionSigner Signer, UInt256? Balance, string State);
}
