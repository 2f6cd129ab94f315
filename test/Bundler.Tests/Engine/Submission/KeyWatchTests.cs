using Bundler.Engine.Submission.Signers;

namespace Bundler.Tests.Engine.Submission;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class KeyWatchTests
{
    private static readonly HashSet<ulong> _none = [];

    private readonly KeyWatch _watch = new();

    [Test]
    public void What_was_before_the_first_look_is_nobodys_business() => Assert.That(_watch.Observe(700, 700, _none), Is.False);

    [Test]
    public void Our_own_transactions_are_no_news_mined_or_in_flight()
    {
        _watch.Observe(5, 5, _none);
        _watch.Used(5);

        Assert.That(_watch.Observe(8, 9, new HashSet<ulong> { 6, 7, 8 }), Is.False);
    }

    [Test]
    public void A_nonce_that_we_did_not_use_is_news_once()
    {
        _watch.Observe(5, null, _none);
        _watch.Used(6);

        Assert.That(_watch.Observe(7, null, _none), Is.True);
        Assert.That((_watch.ForeignCount, _watch.LastForeign), Is.EqualTo((1, (ulong?)5)));
        Assert.That(_watch.Observe(7, null, _none), Is.False);
    }

    [Test]
    public void A_nonce_in_flight_that_somebody_else_took_is_news_when_the_bundle_gives_it_up()
    {
        _watch.Observe(5, null, _none);
        Assert.That(_watch.Observe(6, null, new HashSet<ulong> { 5 }), Is.False);

        Assert.That(_watch.Observe(6, null, _none), Is.True);
    }

    [Test]
    public void What_waits_in_the_nodes_pool_is_news_until_it_stays_the_same()
    {
        Assert.That(_watch.Observe(5, 7, new HashSet<ulong> { 5 }), Is.True);
        Assert.That(_watch.Observe(5, 7, new HashSet<ulong> { 5 }), Is.False);
        Assert.That(_watch.Observe(5, 8, new HashSet<ulong> { 5 }), Is.True);
    }

    [Test]
    public void Nonces_that_a_reorganisation_took_back_and_we_use_again_are_no_news()
    {
        _watch.Observe(5, null, _none);
        _watch.Used(5);
        _watch.Observe(6, null, _none);
        _watch.Reorganised();

        Assert.That(_watch.Observe(4, null, _none), Is.False);
        _watch.Used(4);
        Assert.That(_watch.Observe(6, null, _none), Is.False);
    }
}
