using Bundler.Engine.Gas;

namespace Bundler.Tests.Engine.Gas;

/// <summary>What is suggested is taken, now and a few blocks later.</summary>
internal sealed class FeeSuggestionTests
{
    [TestCase(0ul, 0ul, 0ul, 100)]
    [TestCase(0ul, 1ul, 1ul, 100)]
    [TestCase(7ul, 1ul, 0ul, 100)]
    [TestCase(30_000_000_000ul, 1_000_000_000ul, 50_000_000ul, 100)]
    [TestCase(30_000_000_000ul, 1_000_000_000ul, 1_000_000_000ul, 150)]
    [TestCase(30_000_000_000ul, 1_000_000_000ul, 1_000_000_000ul, 50)]
    public void Every_level_reaches_what_admission_asks_for(ulong baseFee, ulong tip, ulong floor, int acceptPercent)
    {
        FeeSuggestion suggestion = FeeSuggestion.From(new FeeQuote(baseFee, tip, floor), acceptPercent);

        foreach (FeeLevel level in new[] { suggestion.Slow, suggestion.Standard, suggestion.Fast })
        {
            Assert.That(level.MaxPriorityFeePerGas >= floor, Is.True);
            Assert.That(level.MaxPriorityFeePerGas <= level.MaxFeePerGas, Is.True);
            Assert.That(level.MaxFeePerGas >= baseFee * (ulong)acceptPercent / 100 + floor, Is.True);
        }
    }

    [TestCase(1, 1)]
    [TestCase(3, 2)]
    [TestCase(5, 3)]
    public void Levels_outlast_full_blocks(int blocks, int level)
    {
        const double BaseFee = 1_000_000_000;
        FeeSuggestion suggestion = FeeSuggestion.From(new FeeQuote((ulong)BaseFee, 1, 1), 100);
        FeeLevel chosen = level == 1 ? suggestion.Slow : level == 2 ? suggestion.Standard : suggestion.Fast;

        Assert.That((double)(ulong)chosen.MaxFeePerGas, Is.GreaterThan(BaseFee * Math.Pow(1.125, blocks)));
    }

    [Test]
    public void Faster_never_costs_less()
    {
        FeeSuggestion suggestion = FeeSuggestion.From(new FeeQuote(1, 1, 1), 100);

        Assert.That(suggestion.Slow.MaxFeePerGas < suggestion.Standard.MaxFeePerGas, Is.True);
        Assert.That(suggestion.Standard.MaxFeePerGas <= suggestion.Fast.MaxFeePerGas, Is.True);
    }
}
