using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.Rest;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Health;

/// <summary>At least one signer can pay for a bundle.</summary>
internal sealed class SignerFundsCheck(SignerPool signers, IOptions<SubmissionOptions> options) : IHealthCheck
{
    private readonly UInt256 _floor = (UInt256)options.Value.MinSignerBalanceWei;

    public string Name => "signers";

    public HealthFinding Check()
    {
        (Address Address, UInt256? Balance)[] seen = [.. signers.Addresses.Select(address => (address, signers.BalanceOf(address)))];
        int funded = seen.Count(signer => signer.Balance is { } balance && balance >= _floor);
        return new HealthFinding(funded > 0, $"{funded} of {seen.Length} can pay for bundles", writer =>
        {
            writer.WriteStartObject();
            foreach ((Address address, UInt256? balance) in seen)
            {
                writer.WriteString(address.ToString(), balance?.ToString());
            }

            writer.WriteEndObject();
        });
    }
}
