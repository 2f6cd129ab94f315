using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Submission.Signers;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission;

public sealed class SubmissionLoopTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly MempoolEntry _one = SubmissionRoom.Entry(1);

    [Test]
    public async Task Nothing_moves_before_the_store_was_read_and_then_a_bundle_goes_its_way()
    {
        SmallChain chain = new();
        using SubmissionRoom room = new(chain.Node, new MemorySubmissionStore());
        await room.Loop.StartAsync(CancellationToken.None);
        room.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.That(chain.Node.Requests, Is.Empty);

        await room.StartAsync(_one);
        await QueueAsync(room);
        await Eventually.Async(() => chain.Pool.Count == 1, _deadline, "the bundle is sent");
        chain.Mine();
        await Eventually.Async(
            () =>
            {
                room.Clock.Advance(TimeSpan.FromSeconds(1));
                return room.Signers.InFlight == 0;
            },
            _deadline,
            "the bundle is mined and its signer is free");

        await room.Loop.StopAsync(CancellationToken.None);
        Assert.That(room.ReadOutcomes()[^1], Is.InstanceOf<SubmissionOutcome.Mined>());
    }

    [Test]
    public async Task A_bundle_outlives_the_faults_of_its_first_steps()
    {
        SmallChain chain = new();
        MemorySubmissionStore store = new();
        using SubmissionRoom room = new(chain.Node, store);
        await room.StartAsync(_one);
        int faults = 0;
        store.BeforeWrite = () =>
        {
            if (Interlocked.Increment(ref faults) < 4)
            {
                throw new IOException("the disk is full");
            }
        };
        await room.Loop.StartAsync(CancellationToken.None);
        await QueueAsync(room);

        await Eventually.Async(
            () =>
            {
                room.Clock.Advance(TimeSpan.FromSeconds(1));
                return chain.Node.CountOf("eth_sendRawTransaction") > 0;
            },
            _deadline,
            "the bundle is sent after all");

        await room.Loop.StopAsync(CancellationToken.None);
        Assert.That(faults, Is.GreaterThanOrEqualTo(4));
    }

    [Test]
    public async Task Stopping_leaves_what_is_in_flight_in_the_store()
    {
        SmallChain chain = new();
        MemorySubmissionStore store = new();
        using SubmissionRoom room = new(chain.Node, store);
        await room.StartAsync(_one);
        await room.Loop.StartAsync(CancellationToken.None);
        await QueueAsync(room);
        await Eventually.Async(() => chain.Pool.Count == 1, _deadline, "the bundle is sent");

        await room.Loop.StopAsync(CancellationToken.None).WaitAsync(_deadline);

        Assert.That(await store.LoadOpenAsync(CancellationToken.None), Has.Count.EqualTo(1));
    }

    private static async Task QueueAsync(SubmissionRoom room)
    {
        SignerLease? lease = null;
        await Eventually.Async(() => (lease = room.Signers.TryLease()) is not null, _deadline, "a signer is free");
        await room.Queue.WriteAsync(
            new LeasedBundle(SubmissionRoom.Bundle([.. room.Pool.Take([_one.UserOpHash])]), lease!), CancellationToken.None);
    }
}
