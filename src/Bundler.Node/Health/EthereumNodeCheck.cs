using Bundler.Rpc.Rest;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Health;

/// <summary>The Ethereum node speaks.</summary>
internal sealed class EthereumNodeCheck(NodeContact contact, IOptions<HealthOptions> options, TimeProvider clock) : IHealthCheck
{
    private readonly TimeSpan _limit = TimeSpan.FromSeconds(options.Value.MaxSilenceSeconds);

    public string Name => "ethereumNode";

    public HealthFinding Check()
    {
        if (contact.LastAnswerAt is not { } last)
        {
            return new HealthFinding(false, contact.LastFault ?? "has not been asked yet");
        }

        TimeSpan silence = clock.GetUtcNow() - last;
        return silence <= _limit
            ? new HealthFinding(true, "answers")
            : new HealthFinding(false, $"silent for {silence.TotalSeconds:0} s: {contact.LastFault ?? "not asked"}");
    }
}
