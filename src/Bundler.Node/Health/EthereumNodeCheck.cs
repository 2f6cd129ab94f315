using System.Text.Json;
using Bundler.Ethereum.Access;
using Bundler.Rpc.Rest;
using Microsoft.Extensions.Options;
using Endpoint = Bundler.Ethereum.Access.Endpoint;

namespace Bundler.Node.Health;

/// <summary>The chain answers: some URL did so lately, and for each purpose there is a fit one. Tells which URL is out and why, by name and host.</summary>
internal sealed class EthereumNodeCheck(EndpointPool pool, IOptions<HealthOptions> options) : IHealthCheck
{
    private static readonly EndpointPurposes[] Needed = [EndpointPurposes.Reads, EndpointPurposes.Traces, EndpointPurposes.Sends];

    private readonly TimeSpan _limit = TimeSpan.FromSeconds(options.Value.MaxSilenceSeconds);

    public string Name => "ethereumNode";

    public HealthFinding Check()
    {
        (Endpoint Endpoint, EndpointVerdict Verdict)[] seen = [.. pool.All.Select(endpoint => (endpoint, pool.VerdictOf(endpoint)))];
        string? fault = Silence() ?? Unserved(seen);
        int fit = seen.Count(each => each.Verdict.IsFit);
        string detail = fault ?? (pool.IsSingle ? "answers" : $"{fit} of {seen.Length} URLs are fit");
        return new HealthFinding(fault is null, detail, pool.IsSingle ? null : writer => Write(writer, seen));
    }

    private string? Silence()
    {
        if (pool.All.Min(endpoint => endpoint.Health.Silence) is not { } silence)
        {
            return LastFault() ?? "has not been asked yet";
        }

        return silence <= _limit ? null : $"silent for {silence.TotalSeconds:0} s: {LastFault() ?? "not asked"}";
    }

    private string? LastFault() => pool.All.Select(endpoint => endpoint.Health.LastFault).FirstOrDefault(fault => fault is not null);

    private string? Unserved((Endpoint Endpoint, EndpointVerdict Verdict)[] seen) => pool.IsSingle
        ? null
        : Needed.Where(purpose => !seen.Any(each => each.Verdict.IsFit && each.Endpoint.Serves(purpose)))
            .Select(purpose => $"no URL for {purpose.ToString().ToLowerInvariant()} is fit")
            .FirstOrDefault();

    private void Write(Utf8JsonWriter writer, (Endpoint Endpoint, EndpointVerdict Verdict)[] seen)
    {
        writer.WriteStartObject();
        foreach ((Endpoint endpoint, EndpointVerdict verdict) in seen)
        {
            writer.WriteStartObject(endpoint.Name);
            writer.WriteString("host", endpoint.Host);
            writer.WriteString("for", endpoint.Purposes.ToString());
            writer.WriteString("firstFor", pool.FirstFor(endpoint).ToString());
            writer.WriteString("state", JsonNamingPolicy.CamelCase.ConvertName(verdict.State.ToString()));
            if (verdict.Reason is { } reason)
            {
                writer.WriteString("why", reason);
            }

            writer.WriteNumber("head", endpoint.Health.Head);
            writer.WriteNumber("score", Math.Round(endpoint.Health.Score));
            writer.WriteNumber("latencyMilliseconds", Math.Round(endpoint.Health.LatencySeconds * 1000, 1));
            writer.WriteNumber("answers", endpoint.Health.Answers);
            writer.WriteNumber("faults", endpoint.Health.Faults);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
