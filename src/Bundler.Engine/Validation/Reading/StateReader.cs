using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Validation;

/// <summary>
/// Reads the newest state in one HTTP request of two eth_calls, however much is asked: one for accounts and what the EntryPoints say, one for storage slots.
/// A node that does not take the state overrides of the second is asked slot by slot; whether it still is that way is found out again now and then.
/// </summary>
public sealed class StateReader(EthClient eth, TimeProvider clock, ILogger<StateReader> logger)
{
    /// <summary>How long a node that refused state overrides is not asked for them again.</summary>
    internal static readonly TimeSpan OverridesAgainAfter = TimeSpan.FromMinutes(10);

    private Refusal? _refusal;

    private bool TakesOverrides => Volatile.Read(ref _refusal) is not { } last || clock.GetElapsedTime(last.Since) >= OverridesAgainAfter;

    /// <exception cref="TransportException">The node gave no answer.</exception>
    /// <exception cref="JsonRpcException">The node refuses the read.</exception>
    internal async Task<StateAnswers> ReadAsync(StateQuestions questions, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        PendingAnswers direct = PendingAnswers.Ask(batch, questions);
        IPendingSlots slots = TakesOverrides ? PendingSlotCalls.Ask(batch, questions.Slots) : PendingSlots.Ask(batch, questions.Slots);
        await batch.SendAsync(cancellationToken);

        // What the node refuses while it answers the rest, it refuses for the overrides.
        if (slots.Refusal is { } refusal && !direct.Failed && slots is PendingSlotCalls)
        {
            Volatile.Write(ref _refusal, new Refusal(clock.GetTimestamp()));
            logger.OverridesRefused(refusal.Message);
            EthBatch again = eth.Batch();
            slots = PendingSlots.Ask(again, questions.Slots);
            await again.SendAsync(cancellationToken);
        }

        StateAnswers answers = new();
        direct.ReadInto(answers);
        slots.ReadInto(answers);
        return answers;
    }

    /// <param name="Since">A timestamp of the clock.</param>
    private sealed record Refusal(long Since);
}
