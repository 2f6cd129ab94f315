using System.Net;
using Bundler.Engine;
using Bundler.Engine.Admission;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Admission;

/// <summary>Turns as the desks take them: for the ambient caller, given back however they end.</summary>
internal sealed class ValidationTurnsTests
{
    private readonly TaskCompletionSource<int> _endless = new();
    private ValidationTurns _turns = null!;

    [SetUp]
    public void Open() => _turns = new ValidationTurns(Options.Create(new AdmissionOptions { MaxConcurrentValidations = 1 }), new ManualTimeProvider());

    [TearDown]
    public void Forget() => Caller.Current = null;

    [Test]
    public async Task The_node_itself_waits_for_no_stranger()
    {
        Task<int> stranger = RunFor(1, _endless.Task);
        Task<int> another = RunFor(2, Task.FromResult(2));

        Assert.That(await _turns.RunAsync(() => Task.FromResult(3), CancellationToken.None), Is.EqualTo(3));
        Assert.That((stranger.IsCompleted, another.IsCompleted), Is.EqualTo((false, false)));
        _endless.SetResult(1);
        Assert.That(await Task.WhenAll(stranger, another), Is.EqualTo((int[])[1, 2]));
    }

    [Test]
    public async Task A_turn_is_given_back_after_a_fault_and_after_cancellation()
    {
        TaskCompletionSource<int> first = new();
        Task<int> running = RunFor(1, first.Task);
        using CancellationTokenSource impatience = new();
        Task<int> waiting = RunFor(2, Task.FromResult(2), impatience.Token);
        await impatience.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        first.SetException(new InvalidOperationException());
        Assert.That(async () => await running, Throws.InvalidOperationException);

        Assert.That(await RunFor(3, Task.FromResult(3)), Is.EqualTo(3));
    }

    private async Task<int> RunFor(int address, Task<int> validation, CancellationToken cancellationToken = default)
    {
        Caller.Current = new Caller(new IPAddress([10, 0, 0, (byte)address]), $"{address}");
        return await _turns.RunAsync(() => validation, cancellationToken);
    }
}
