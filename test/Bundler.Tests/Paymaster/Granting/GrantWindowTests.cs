using Bundler.Engine.Chain;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Granting;
using Bundler.Paymaster.Options;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Paymaster.Granting;

/// <summary>The window of a grant is one of the chain's time.</summary>
public sealed class GrantWindowTests
{
    [TestCase(0, 1_000_000UL, ExpectedResult = 1_000_000UL)]
    [TestCase(45, 1_000_000UL, ExpectedResult = 999_955UL)]
    [TestCase(600, 30UL, ExpectedResult = 0UL)]
    public async Task<ulong> SkewSeconds_is_how_long_before_the_newest_block_it_begins(int skew, ulong blockTime)
    {
        GrantTerms terms = await TermsAsync(new SponsorOptions { SkewSeconds = skew }, blockTime);

        Assert.That(terms.ValidUntil, Is.EqualTo(blockTime + 77));
        return terms.ValidAfter;
    }

    private static Task<GrantTerms> TermsAsync(SponsorOptions options, ulong blockTime)
    {
        HeadFeed heads = new();
        heads.Publish(new ChainHead(1, Hash32.Zero, Hash32.Zero, blockTime, 0), A.Moment);
        GrantIssuer issuer = new(
            null!, null!, null!, heads, Microsoft.Extensions.Options.Options.Create(options), TimeProvider.System, NullLogger<GrantIssuer>.Instance);
        return issuer.ChooseTermsAsync(TimeSpan.FromSeconds(77), default);
    }
}
