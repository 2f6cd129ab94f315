using Bundler.Engine.Gas;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Submission.Machine;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Submission;

/// <summary>What holds whatever happens: seeded worlds that answer, refuse, keep silent and lie.</summary>
public sealed class SubmissionMachinePropertyTests
{
    private const int Steps = 400;
    private static readonly UInt256 _highestFee = 1_000_000;

    private static readonly string[] _refusals =
    [
        "nonce too low", "nonce too high", "replacement transaction underpriced", "transaction underpriced", "already known",
        "insufficient funds", "exceeds block gas limit", "gas tip cap 1, minimum needed 60", "max fee per gas less than block base fee",
        "oversized data", "condition not met", "execution reverted", "who knows",
    ];

    [Test]
    public void A_bundle_keeps_its_nonce_pays_within_bounds_and_ends_once([Range(1, 200)] int seed)
    {
        Random random = new(seed);
        Flights flights = new(Flights.Policy with { MaxCancellationFee = _highestFee });
        HashSet<Hash32> stored = [];
        List<SubmissionAction.SignAndStore> signed = [];
        Queue<SubmissionAction> todo = new(flights.Step(Flights.Bundle(random.Next(3) == 0 ? flights.Now + TimeSpan.FromSeconds(random.Next(90)) : null)));

        for (int step = 0; step < Steps && flights.State is not SubmissionState.Idle; step++)
        {
            Obey(random.Next(4) == 0 ? RandomAnswer : FairAnswer);
            if (flights.State is not SubmissionState.Idle)
            {
                flights.Passes(random.NextDouble() * 4);
                Do(flights.Step(RandomEvent()));
            }
        }

        // From here on the world is fair: time passes, nodes answer, and the chain mines the newest version it has.
        for (int step = 0; step < 1_000 && flights.State is not SubmissionState.Idle; step++)
        {
            Obey(FairAnswer);
            if (SubmissionMachine.Flight(flights.State) is { } flight)
            {
                Do(flight.Newest is { IsAccepted: true } newest && step % 7 == 6
                    ? flights.Step(new SubmissionEvent.ReceiptFound(Flights.Receipt(newest.Hash)))
                    : flights.Ticks(1));
            }
        }

        Obey(FairAnswer);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(flights.State, Is.EqualTo(SubmissionState.Idle.Instance), "it ends");
            Assert.That(flights.All.OfType<SubmissionAction.ReportOutcome>().Count(report => report.Outcome is not SubmissionOutcome.Sent), Is.EqualTo(1));
            Assert.That(flights.All.OfType<SubmissionAction.Release>().Count(), Is.EqualTo(1));
            Assert.That(signed.Select(wanted => wanted.Nonce).Distinct(), Is.EqualTo(new[] { Flights.Nonce }));
            Assert.That(signed.Select(wanted => wanted.Fees.MaxFeePerGas), Is.Ordered.Ascending);
            Assert.That(signed.Select(wanted => wanted.Fees.MaxPriorityFeePerGas), Is.Ordered.Ascending);
            Assert.That(signed.Where(wanted => !wanted.IsCancellation).All(wanted => Flights.Ceiling.Reaches(wanted.Fees)), Is.True, "never a loss");
            Assert.That(signed.All(wanted => wanted.Fees.MaxFeePerGas <= _highestFee), Is.True);
            Assert.That(signed.Count(wanted => !wanted.IsCancellation), Is.LessThanOrEqualTo(Flights.Policy.MaxReplacements + 1));
            Assert.That(signed.Count(wanted => wanted.IsCancellation), Is.LessThanOrEqualTo(Flights.Policy.MaxCancellations));
            Assert.That(signed.SkipWhile(wanted => !wanted.IsCancellation).All(wanted => wanted.IsCancellation), Is.True, "what is cancelled stays so");
        }

        void Do(IReadOnlyList<SubmissionAction> actions)
        {
            foreach (SubmissionAction action in actions)
            {
                todo.Enqueue(action);
            }
        }

        void Obey(Func<Hash32, SubmissionEvent> answer)
        {
            while (todo.TryDequeue(out SubmissionAction? action))
            {
                if (action is SubmissionAction.SignAndStore wanted)
                {
                    signed.Add(wanted);
                    Do(flights.Signs(wanted));
                    stored.Add(flights.Newest);
                }
                else if (action is SubmissionAction.Send send)
                {
                    Assert.That(stored, Does.Contain(send.TransactionHash), "nothing is sent that is not stored");
                    Do(flights.Step(answer(send.TransactionHash)));
                }
            }
        }

        SubmissionEvent FairAnswer(Hash32 hash) => new SubmissionEvent.Sent(hash);

        SubmissionEvent RandomAnswer(Hash32 hash) => random.Next(3) switch
        {
            0 => new SubmissionEvent.Sent(hash),
            1 => new SubmissionEvent.SendUnanswered(hash),
            _ => new SubmissionEvent.SendRefused(hash, Flights.Refusal(_refusals[random.Next(_refusals.Length)])),
        };

        SubmissionEvent RandomEvent() => random.Next(40) switch
        {
            0 => SubmissionEvent.OperationsGone.Instance,
            1 => new SubmissionEvent.ReceiptFound(Flights.Receipt(Flights.HashOf((byte)random.Next(1, 12)), random.Next(2) == 0)),
            < 8 => new SubmissionEvent.NonceObserved((ulong)random.Next(5, 9), (ulong)random.Next(5, 10)),
            < 16 => new SubmissionEvent.HeadSeen(new FeeQuote(random.Next(0, 5_000), random.Next(0, 500), 1)),
            < 18 => RandomAnswer(Flights.HashOf((byte)random.Next(1, 12))),
            _ => SubmissionEvent.Tick.Instance,
        };
    }
}
