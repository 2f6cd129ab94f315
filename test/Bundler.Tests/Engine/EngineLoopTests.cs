using System.Collections.Concurrent;
using System.Threading.Channels;
using Bundler.Engine;
using Bundler.Testing;
using Microsoft.Extensions.Logging;

namespace Bundler.Tests.Engine;

public sealed class EngineLoopTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private ManualTimeProvider _clock = null!;
    private RecordingLogger<TestLoop> _logger = null!;
    private TestLoop _loop = null!;

    [SetUp]
    public void SetUp()
    {
        _clock = new ManualTimeProvider();
        _logger = new RecordingLogger<TestLoop>();
        _loop = new TestLoop(_logger, _clock);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _loop.StopAsync(default);
        _loop.Dispose();
    }

    [Test]
    public async Task Every_item_gets_its_step_in_order()
    {
        await StartAsync(1, 2, 3);

        await DoneAsync(1, 2, 3);
    }

    [Test]
    public async Task A_fault_is_logged_and_the_loop_goes_on()
    {
        _loop.Faulty.TryAdd(2, new IOException("node down"));
        await StartAsync(1, 2, 3);
        await PauseAsync(200);

        _clock.Advance(TimeSpan.FromMilliseconds(200));

        await DoneAsync(1, 3);
        Assert.That(_logger.Lines, Is.EqualTo(new[] { (LogLevel.Error, "TestLoop stumbled and goes on", (Exception?)_loop.Faulty[2]) }));
    }

    [Test]
    public async Task A_time_out_that_looks_like_a_cancellation_does_not_end_the_loop()
    {
        _loop.Faulty.TryAdd(1, new TaskCanceledException("the node took too long"));
        await StartAsync(1, 2);
        await PauseAsync(200);

        _clock.Advance(TimeSpan.FromMilliseconds(200));

        await DoneAsync(2);
    }

    [Test]
    public async Task The_pause_doubles_up_to_five_seconds()
    {
        _loop.FaultOfSource = new IOException("node down");
        await StartAsync();

        foreach (int milliseconds in new[] { 200, 400, 800, 1_600, 3_200, 5_000, 5_000 })
        {
            await PauseAsync(milliseconds);
            _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        }

        await PauseAsync(5_000);
    }

    [Test]
    public async Task A_good_step_makes_the_pause_short_again()
    {
        _loop.Faulty.TryAdd(1, new IOException("node down"));
        _loop.Faulty.TryAdd(2, new IOException("node down"));
        _loop.Faulty.TryAdd(4, new IOException("node down"));
        await StartAsync(1, 2, 3, 4);
        await PauseAsync(200);
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        await PauseAsync(400);

        _clock.Advance(TimeSpan.FromMilliseconds(400));

        await PauseAsync(200);
    }

    [Test]
    public async Task Preparing_is_tried_until_it_succeeds_and_then_never_again()
    {
        _loop.FaultsOfPreparation = 2;
        _loop.Faulty.TryAdd(1, new IOException("node down"));
        await StartAsync(1, 2);
        foreach (int milliseconds in new[] { 200, 400, 800 })
        {
            await PauseAsync(milliseconds);
            _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        }

        await DoneAsync(2);

        Assert.That(_loop.Preparations, Is.EqualTo(3));
    }

    [Test]
    public async Task Stopping_ends_a_loop_that_waits_for_items()
    {
        await StartAsync(1);
        await DoneAsync(1);

        await _loop.StopAsync(default);

        Assert.That((_loop.ExecuteTask!.IsCompletedSuccessfully, _logger.Lines.Count), Is.EqualTo((true, 0)));
    }

    [Test]
    public async Task Stopping_ends_a_loop_that_pauses()
    {
        _loop.FaultOfSource = new IOException("node down");
        await StartAsync();
        await PauseAsync(200);

        await _loop.StopAsync(default);

        Assert.That(_loop.ExecuteTask!.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task A_loop_whose_source_has_ended_ends()
    {
        _loop.Items.Writer.TryWrite(1);
        _loop.Items.Writer.Complete();
        await _loop.StartAsync(default);

        await _loop.ExecuteTask!.WaitAsync(_deadline);

        Assert.That(_loop.Done, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task The_time_of_the_last_good_step_is_kept()
    {
        _loop.Faulty.TryAdd(2, new IOException("node down"));
        await StartAsync(1, 2);
        await PauseAsync(200);

        _clock.Advance(TimeSpan.FromMilliseconds(200));

        Assert.That(_loop.LastStepAt, Is.EqualTo(A.Moment));
    }

    private Task StartAsync(params int[] items)
    {
        foreach (int item in items)
        {
            _loop.Items.Writer.TryWrite(item);
        }

        return _loop.StartAsync(default);
    }

    private Task DoneAsync(params int[] items) =>
        Eventually.Async(() => _loop.Done.SequenceEqual(items), _deadline, $"steps {string.Join(", ", items)} are done");

    private Task PauseAsync(int milliseconds) =>
        Eventually.Async(() => _clock.Waits.SequenceEqual([TimeSpan.FromMilliseconds(milliseconds)]), _deadline, $"the loop pauses for {milliseconds} ms");

    private sealed class TestLoop(ILogger logger, TimeProvider clock) : EngineLoop<int>(logger, clock)
    {
        public Channel<int> Items { get; } = Channel.CreateUnbounded<int>();

        public ConcurrentQueue<int> Done { get; } = [];

        public ConcurrentDictionary<int, Exception> Faulty { get; } = [];

        public Exception? FaultOfSource { get; set; }

        public int FaultsOfPreparation { get; set; }

        public int Preparations { get; private set; }

        protected override Task PrepareAsync(CancellationToken cancellationToken) =>
            ++Preparations <= FaultsOfPreparation ? throw new IOException("store down") : Task.CompletedTask;

        protected override IAsyncEnumerable<int> Source(CancellationToken cancellationToken) =>
            FaultOfSource is { } fault ? throw fault : Items.Reader.ReadAllAsync(cancellationToken);

        protected override Task StepAsync(int item, CancellationToken cancellationToken)
        {
            if (Faulty.TryGetValue(item, out Exception? fault))
            {
                throw fault;
            }

            Done.Enqueue(item);
            return Task.CompletedTask;
        }
    }
}
