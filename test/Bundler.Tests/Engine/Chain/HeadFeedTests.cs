using Bundler.Engine.Chain;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Chain;

public sealed class HeadFeedTests
{
    private HeadFeed _feed = null!;

    [SetUp]
    public void SetUp() => _feed = new HeadFeed();

    [Test]
    public async Task A_reader_begins_with_the_newest_head()
    {
        Publish(1, 2);

        await using IAsyncEnumerator<ChainHead> reader = Reader();

        Assert.That(await NextAsync(reader), Is.EqualTo(2UL));
    }

    [Test]
    public async Task A_slow_reader_misses_heads_and_gets_the_newest()
    {
        Publish(1);
        await using IAsyncEnumerator<ChainHead> reader = Reader();
        await NextAsync(reader);

        Publish(2, 3, 4);

        Assert.That(await NextAsync(reader), Is.EqualTo(4UL));
    }

    [Test]
    public async Task Every_reader_gets_every_head_it_has_time_for()
    {
        Publish(1);
        await using IAsyncEnumerator<ChainHead> slow = Reader();
        await using IAsyncEnumerator<ChainHead> quick = Reader();
        List<ulong> seen = [await NextAsync(slow), await NextAsync(quick)];

        Publish(2);
        seen.Add(await NextAsync(quick));
        Publish(3);
        seen.Add(await NextAsync(quick));
        seen.Add(await NextAsync(slow));

        Assert.That(seen, Is.EqualTo(new ulong[] { 1, 1, 2, 3, 3 }));
    }

    [Test]
    public async Task A_waiting_reader_is_woken_by_the_next_head()
    {
        await using IAsyncEnumerator<ChainHead> reader = Reader();
        ValueTask<bool> waiting = reader.MoveNextAsync();

        Publish(1);

        Assert.That((await waiting, reader.Current), Is.EqualTo((true, A.Head(1))));
    }

    [Test]
    public async Task A_reader_that_has_gone_does_not_disturb_the_others()
    {
        Publish(1);
        await using IAsyncEnumerator<ChainHead> stays = Reader();
        await NextAsync(stays);
        IAsyncEnumerator<ChainHead> goes = Reader();
        await NextAsync(goes);
        await goes.DisposeAsync();

        Publish(2);

        Assert.That(await NextAsync(stays), Is.EqualTo(2UL));
    }

    [Test]
    public async Task Cancelling_ends_a_reader()
    {
        using CancellationTokenSource stop = new();
        await using IAsyncEnumerator<ChainHead> reader = _feed.ReadAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        ValueTask<bool> waiting = reader.MoveNextAsync();

        await stop.CancelAsync();

        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task The_current_head_waits_for_the_first()
    {
        Task<ChainHead> current = _feed.CurrentAsync(default);
        bool waited = !current.IsCompleted;

        Publish(1);

        Assert.That((waited, await current), Is.EqualTo((true, A.Head(1))));
    }

    [Test]
    public async Task The_current_head_is_the_newest()
    {
        Publish(1, 2);

        Assert.That(await _feed.CurrentAsync(default), Is.EqualTo(A.Head(2)));
    }

    [Test]
    public async Task Waiting_for_the_first_head_can_be_cancelled()
    {
        using CancellationTokenSource stop = new();
        Task<ChainHead> current = _feed.CurrentAsync(stop.Token);

        await stop.CancelAsync();

        Assert.That(async () => await current, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void The_feed_knows_when_the_newest_head_arrived()
    {
        _feed.Publish(A.Head(1), A.Moment);

        Assert.That((_feed.Latest, _feed.LatestAt), Is.EqualTo((A.Head(1), A.Moment)));
    }

    private IAsyncEnumerator<ChainHead> Reader() => _feed.ReadAsync(default).GetAsyncEnumerator();

    private static async Task<ulong> NextAsync(IAsyncEnumerator<ChainHead> reader)
    {
        Assert.That(await reader.MoveNextAsync(), Is.True);
        return reader.Current.Number;
    }

    private void Publish(params ulong[] numbers)
    {
        foreach (ulong number in numbers)
        {
            _feed.Publish(A.Head(number), A.Moment);
        }
    }
}
