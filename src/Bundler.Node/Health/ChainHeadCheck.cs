using Bundler.Engine.Chain;
using Bundler.Rpc.Rest;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Health;

/// <summary>The chain moves: its newest block is young. A development chain makes blocks when it likes.</summary>
internal sealed class ChainHeadCheck(HeadFeed heads, ChainProfile chain, IOptions<HealthOptions> options, TimeProvider clock) : IHealthCheck
{
    private readonly long _maxAge = options.Value.MaxHeadAgeSeconds;

    public string Name => "head";

    public HealthFinding Check()
    {
        if (heads.Latest is not { } head)
        {
            return new HealthFinding(false, "no block has been seen yet");
        }

        long age = clock.GetUtcNow().ToUnixTimeSeconds() - (long)head.Timestamp;
        return new HealthFinding(chain.Development || age <= _maxAge, $"block {head.Number} is {age} s old", writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("number", head.Number);
            writer.WriteString("hash", head.Hash.ToString());
            writer.WriteNumber("ageSeconds", age);
            writer.WriteEndObject();
        });
    }
}
