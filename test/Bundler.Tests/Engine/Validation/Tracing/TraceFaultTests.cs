using Bundler.Engine.Validation.Tracing;
using Bundler.Ethereum.JsonRpc;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation.Tracing;

/// <summary>What a trace without an answer says depends on what the node does meanwhile.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TraceFaultTests
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan _half = _timeout / 2;

    private readonly ManualTimeProvider _clock = new();
    private readonly TaskCompletionSource<int> _trace = new();
    private TaskCompletionSource _answer = new();
    private int _asked;

    [Test]
    public async Task A_node_that_answers_meanwhile_leaves_it_to_the_operation()
    {
        _answer.SetResult();
        Task<int> guarded = await HalfWayAsync(isAnswered: true);
        TimeOut();

        Assert.That(() => guarded, Throws.TypeOf<UntraceableException>().With.Message.EqualTo("validation could not be traced within 4 s").And.Property("IsDoubtful").False);
    }

    // A stall of the length of the trace: when it is asked afterwards, the node is well.
    [Test]
    public async Task A_node_that_stood_still_meanwhile_leaves_a_doubt()
    {
        Task<int> guarded = await HalfWayAsync(isAnswered: false);
        _clock.Advance(_half);
        AnswerTheNext();
        TimeOut();

        Assert.That(() => guarded, Throws.TypeOf<UntraceableException>().With.Property("IsDoubtful").True);
    }

    [Test]
    public async Task A_node_that_fails_meanwhile_leaves_a_doubt()
    {
        Task<int> guarded = await HalfWayAsync(isAnswered: false);
        _answer.SetException(new TransportException(TransportFault.Unreachable, "gone"));
        AnswerTheNext();
        TimeOut();

        Assert.That(() => guarded, Throws.TypeOf<UntraceableException>().With.Property("IsDoubtful").True);
    }

    // A gateway that gave up waiting for it.
    [Test]
    public async Task A_node_that_stood_still_behind_a_gateway_leaves_a_doubt()
    {
        Task<int> guarded = await HalfWayAsync(isAnswered: false);
        _clock.Advance(_half);
        AnswerTheNext();
        _trace.SetException(new TransportException(TransportFault.HttpStatus, "bad gateway") { StatusCode = 504 });

        Assert.That(() => guarded, Throws.TypeOf<UntraceableException>().With.Property("IsDoubtful").True);
    }

    [Test]
    public async Task A_trace_in_half_the_time_asks_nothing_else()
    {
        Task<int> guarded = GuardAsync();
        _trace.SetResult(7);

        Assert.That((await guarded, _asked), Is.EqualTo((7, 0)));
    }

    private Task<int> GuardAsync() => TraceFault.GuardAsync(_timeout, _clock, () => _trace.Task, AskAsync);

    private async Task<Task<int>> HalfWayAsync(bool isAnswered)
    {
        Task<int> guarded = GuardAsync();
        _clock.Advance(_half);
        await Eventually.Async(() => Volatile.Read(ref _asked) == 1 && _clock.Waits.Count == (isAnswered ? 0 : 1), Eventually.Patience, "the node is asked for something else");
        return guarded;
    }

    private Task AskAsync()
    {
        Interlocked.Increment(ref _asked);
        return _answer.Task;
    }

    private void AnswerTheNext()
    {
        _answer = new TaskCompletionSource();
        _answer.SetResult();
    }

    private void TimeOut() => _trace.SetException(new TransportException(TransportFault.Timeout, "no answer"));
}
