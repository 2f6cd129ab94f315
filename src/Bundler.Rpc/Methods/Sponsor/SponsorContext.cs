using System.Text.Json;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster;
using Bundler.Paymaster.Granting;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Rpc.Methods.Sponsor;

/// <summary>
/// The context of ERC-7677 and of Pimlico's pm_sponsorUserOperation: <c>{validForSeconds?, meta?}</c>, and for v0.9 by ERC-7677 <c>signingPhase</c>. What is not known is refused, since a client that sends it expects something of it:
/// there are no policies to choose from, and no token to pay with.
/// </summary>
internal static class SponsorContext
{
    /// <summary>The parameter.</summary>
    public static RpcParameter Parameter { get; } = RpcParameter.Object("context", required: false);

    /// <exception cref="CodecException">A member that is not known, or malformed.</exception>
    public static SponsorAsk Read(JsonElement context)
    {
        SponsorAsk ask = SponsorAsk.Plain;
        foreach (JsonProperty member in context.EnumerateObject())
        {
            ask = member.Name switch
            {
                "validForSeconds" => ask with { Window = Seconds(member.Value) },
                "meta" => ask,
                "signingPhase" => ask, // read by PhaseOf
                "token" => throw new CodecException(member.Name, "no token is taken here: operations are paid for in full"),
                "sponsorshipPolicyId" => throw new CodecException(member.Name, "there is no policy of that name"),
                _ => throw new CodecException(member.Name, "is not known; known are validForSeconds, signingPhase and meta"),
            };
        }

        return ask;
    }

    /// <summary>The context of a call; absent: nothing is asked for.</summary>
    public static SponsorAsk Of(RpcParams parameters, int index) => parameters.Optional(index) is null ? SponsorAsk.Plain : parameters.Read(index, Read);

    /// <summary>commit: the account signs first; finalize: now the paymaster; <c>null</c>: the paymaster signs first.</summary>
    public static string? PhaseOf(RpcParams parameters, int index) => parameters.Optional(index) is null ? null : parameters.Read(index, static context =>
        !context.TryGetProperty("signingPhase", out JsonElement phase) ? null
        : phase.ValueKind == JsonValueKind.String && phase.GetString() is "commit" or "finalize" ? phase.GetString()
        : throw new CodecException("signingPhase", "is commit or finalize"));

    private static TimeSpan Seconds(JsonElement value) =>
        value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int seconds) ? throw new CodecException("validForSeconds", "expected a whole number of seconds")
        : seconds < GrantIssuer.LeastSeconds ? throw new CodecException("validForSeconds", $"must be at least {GrantIssuer.LeastSeconds}: a grant that ends sooner is of no use")
        : TimeSpan.FromSeconds(seconds);
}
