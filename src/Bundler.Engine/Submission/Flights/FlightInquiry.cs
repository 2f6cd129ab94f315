using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Submission.Flights;

/// <summary>
/// Asks the node what the flights want to know: in one round trip for all of them and, where that is lost, once more for each by itself. What is
/// lost even so waits for the next round, and keeps neither its own flight nor another from its step.
/// </summary>
internal sealed class FlightInquiry(EthClient eth, BareReceipts bare, ILogger<FlightInquiry> logger)
{
    private readonly HashSet<Flight> _lost = [];
    private int _lossyRounds;

    /// <summary>What the world outside did instead of answering; the same question may well be answered later.</summary>
    public static bool IsLoss(Exception fault) => fault is TransportException or JsonRpcException or CodecException;

    /// <summary>What was lost may be asked for again: a head has come, or a second has passed.</summary>
    public void BeginRound() => _lost.Clear();

    public bool IsOpen(Flight flight) => flight.Asks && !_lost.Contains(flight);

    /// <summary>Nothing is known of it in this round.</summary>
    public bool IsLost(Flight flight) => _lost.Contains(flight);

    public async Task AskAsync(IEnumerable<Flight> flights, CancellationToken cancellationToken)
    {
        Flight[] asking = [.. flights.Where(IsOpen)];
        if (asking.Length == 0)
        {
            return;
        }

        Exchange together = await SendAsync(asking, cancellationToken);
        Exchange[] exchanges = together.Fault is null or { Fault: TransportFault.Timeout } || asking.Length == 1
            ? [together]
            : await Task.WhenAll(asking.Select(flight => SendAsync([flight], cancellationToken)));
        string? reason = null;
        foreach (Exchange exchange in exchanges)
        {
            foreach (FlightQuestions questions in exchange.Questions)
            {
                if ((exchange.Fault ?? await AnswerAsync(questions, cancellationToken)) is { } fault)
                {
                    reason = fault.Message;
                    _lost.Add(questions.Flight);
                }
            }
        }

        Note(asking.Length, reason);
    }

    private async Task<Exchange> SendAsync(Flight[] asking, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        FlightQuestions[] questions = Array.ConvertAll(asking, flight => flight.Ask(batch));
        try
        {
            await batch.SendAsync(cancellationToken);
            return new Exchange(questions, null);
        }
        catch (TransportException fault)
        {
            return new Exchange(questions, fault);
        }
    }

    /// <returns>Why the answer tells nothing, or <c>null</c>.</returns>
    private async Task<Exception?> AnswerAsync(FlightQuestions questions, CancellationToken cancellationToken)
    {
        try
        {
            questions.Flight.Answer(
                questions.Oversized is { } transaction ? questions with { Bare = await bare.FindAsync(transaction, cancellationToken) } : questions);
            return null;
        }
        catch (Exception fault) when (IsLoss(fault))
        {
            return fault;
        }
    }

    /// <summary>Told once when it begins and once when it is over.</summary>
    private void Note(int asked, string? reason)
    {
        if (reason is null)
        {
            if (_lossyRounds > 0)
            {
                logger.AnswersBack(_lossyRounds);
            }

            _lossyRounds = 0;
        }
        else if (_lossyRounds++ == 0)
        {
            logger.AnswersLost(_lost.Count, asked, reason);
        }
    }

    private sealed record Exchange(FlightQuestions[] Questions, TransportException? Fault);
}
