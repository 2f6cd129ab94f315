using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Bundler.Tests.Engine.Inclusion;

namespace Bundler.Tests.Ethereum.Client;

public sealed class LogsBloomTests
{
    [Test]
    public void What_was_put_in_may_be_there_and_what_was_not_is_ruled_out()
    {
        Bytes bloom = Blooms.Of(A.EntryPoint.Address.ToBytes(), A.HashOf(1).ToBytes());

        Assert.That(LogsBloom.MayContain(bloom, A.EntryPoint.Address.Span), Is.True);
        Assert.That(LogsBloom.MayContain(bloom, A.HashOf(1).Span), Is.True);
        Assert.That(Enumerable.Range(2, 1_000).Count(number => LogsBloom.MayContain(bloom, A.HashOf((ulong)number).Span)), Is.Zero);
    }

    [TestCase("0x")]
    [TestCase("0x00")]
    public void A_filter_of_another_size_rules_nothing_out(string bloom) =>
        Assert.That(LogsBloom.MayContain(Bytes.Parse(bloom), A.Contract.Span), Is.True);

    [Test]
    public void An_empty_filter_rules_everything_out() =>
        Assert.That(LogsBloom.MayContain(Bytes.Own(new byte[256]), A.Contract.Span), Is.False);
}
