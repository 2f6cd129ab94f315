using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Submission.Signers;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Bundling.Pace;

/// <summary>
/// Asks for bundles of one EntryPoint on every head, when a signer comes free, when the <see cref="BundleTrigger"/> finds the arrivals worth one, and at the latest
/// after an interval; silent in manual mode.
/// </summary>
internal sealed class BundlingLoop(
    Mempool pool,
    BundlingDesk desk,
    HeadFeed heads,
    OperationFeed operations,
    FeeOracle fees,
    SignerPool signers,
    BundleTrigger trigger,
    Duties duties,
    ILogger<BundlingLoop> logger,
    TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using OperationSubscription subscription = operations.Subscribe();
        Channel<bool> calls = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        Task[] pumps = [OnHeadsAsync(calls.Writer, ending.Token), OnFreeSignersAsync(calls.Writer, ending.Token), OnDutiesAsync(calls.Writer, ending.Token)];
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await DueAsync(calls.Reader, subscription.Events, ending.Token);
                yield return true;
            }
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(pumps).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    protected override async Task StepAsync(bool item, CancellationToken cancellationToken)
    {
        trigger.Built();
        if (desk.Mode == BundlingMode.Auto)
        {
            // What one bundle has no room for goes into the next at once.
            while (await desk.SendNowAsync(pool, cancellationToken) is not null && desk.HasPlenty(pool))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Ends when a bundle is due.</summary>
    private async Task DueAsync(ChannelReader<bool> calls, ChannelReader<OperationEvent> events, CancellationToken cancellationToken)
    {
        long since = Clock.GetTimestamp();
        while (true)
        {
            while (calls.TryRead(out bool _))
            {
                trigger.Called();
            }

            while (events.TryRead(out OperationEvent? happened))
            {
                Note(happened);
            }

            TimeSpan left = trigger.DueIn(signers.InFlight) ?? desk.Interval - Clock.GetElapsedTime(since);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            await AnyAsync(calls, events, left, cancellationToken);
        }
    }

    private void Note(OperationEvent happened)
    {
        if (happened.EntryPoint != pool.EntryPoint.Address)
        {
            return;
        }

        switch (happened.Status.State)
        {
            case OperationState.Pending when pool.TryGet(happened.Status.UserOpHash, out MempoolEntry? entry):
                trigger.Arrived(entry.EntryPoint.RequiredPrefund(
                    entry.Operation with { MaxFeePerGas = EntryPoint.GasPrice(entry.Operation, fees.Latest.BaseFeePerGas) }));
                break;
            case OperationState.Included:
                // What waited for this one's block may go now.
                trigger.Arrived(UInt256.Zero);
                break;
            default:
                break;
        }
    }

    private async Task AnyAsync(ChannelReader<bool> calls, ChannelReader<OperationEvent> events, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timer = new(atMost, Clock);
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        Task called = calls.WaitToReadAsync(late.Token).AsTask();
        Task arrived = events.WaitToReadAsync(late.Token).AsTask();
        await Task.WhenAny(called, arrived);
        await late.CancelAsync();

        // Both have ended, by cancellation if by nothing else; WhenAny waits for that without throwing it.
        await Task.WhenAny(Task.WhenAll(called, arrived));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task OnHeadsAsync(ChannelWriter<bool> calls, CancellationToken cancellationToken)
    {
        await foreach (ChainHead _ in heads.ReadAsync(cancellationToken))
        {
            calls.TryWrite(true);
        }
    }

    private async Task OnDutiesAsync(ChannelWriter<bool> calls, CancellationToken cancellationToken)
    {
        await foreach (bool _ in duties.Changes(cancellationToken))
        {
            calls.TryWrite(true);
        }
    }

    private async Task OnFreeSignersAsync(ChannelWriter<bool> calls, CancellationToken cancellationToken)
    {
        await foreach (bool _ in signers.Freed(cancellationToken))
        {
            calls.TryWrite(true);
        }
    }
}
