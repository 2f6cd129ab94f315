using System.Text.Json;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;

namespace Bundler.Ethereum.Access;

/// <summary>
/// Sends each request, or a whole batch, to the best endpoint for it; when that gives no answer, or none soon enough, to the next. An answer of
/// the past is no answer: whoever has been told of a block gets nothing older. A signed transaction that nobody answered is sent again like a read;
/// what it is refused for then may be that it had arrived.
/// </summary>
public sealed class FailoverTransport(EndpointPool pool, EndpointProbe probe, TimeProvider clock) : IJsonRpcTransport
{
    private readonly NonceWitnesses _witnesses = new(pool, clock);

    public async Task<JsonElement> SendAsync(JsonRpcRequest request, CancellationToken cancellationToken) =>
        (await SendTogetherAsync([request], cancellationToken))[0].Result;

    public async Task<IReadOnlyList<JsonRpcResponse>> SendBatchAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken) =>
        requests.Count == 0 ? [] : await BatchInParts.SendAsync(requests, part => SendTogetherAsync(part, cancellationToken));

    private async Task<IReadOnlyList<JsonRpcResponse>> SendTogetherAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        bool isRepeatable = requests.All(request => request.IsRepeatable);
        EndpointPurposes purpose = PurposeOf(requests);
        TransportException? silence = null;
        for (int round = 1; ; round++)
        {
            IReadOnlyList<Endpoint> candidates = pool.For(purpose);
            try
            {
                IReadOnlyList<JsonRpcResponse> answers = purpose == EndpointPurposes.Sends
                    ? await FanOutAsync(candidates, requests, cancellationToken)
                    : await RaceAsync(candidates, requests, cancellationToken);

                // Whoever did not answer may have it, and refuse it now for that: nobody can tell.
                return silence is not null && answers.Any(answer => answer.Error is not null && !IsKnownAlready(answer)) ? throw silence : answers;
            }
            catch (TransportException fault) when (fault != silence && (
                fault.IsRateLimit ? round < pool.Options.Retry.MaxRateLimitedAttempts
                : isRepeatable && fault.IsTransient && IsWorthRepeating(fault, purpose)
                    && round < (fault.IsHollow ? pool.Options.Retry.MaxRateLimitedAttempts : pool.Options.Retry.MaxAttempts)))
            {
                silence = purpose == EndpointPurposes.Sends && !fault.IsRateLimit ? fault : silence;
                await Task.Delay(Backoff.Before(round, pool.Options.Retry, fault), clock, cancellationToken);
            }
        }
    }

    /// <summary>Who keeps silent over a transaction has most likely taken it; the others behind it need not wait for that.</summary>
    private static bool IsWorthRepeating(TransportException fault, EndpointPurposes purpose) =>
        purpose != EndpointPurposes.Sends || fault.Fault != TransportFault.Timeout;

    /// <summary>A batch goes to one place: the rarest purpose in it decides.</summary>
    private static EndpointPurposes PurposeOf(IReadOnlyList<JsonRpcRequest> requests)
    {
        EndpointPurposes all = requests.Aggregate(EndpointPurposes.None, (seen, request) => seen | EndpointRouting.PurposeOf(request.Method));
        return all.HasFlag(EndpointPurposes.Sends) ? EndpointPurposes.Sends
            : all.HasFlag(EndpointPurposes.Traces) ? EndpointPurposes.Traces
            : EndpointPurposes.Reads;
    }

    /// <summary>One after the other, the next as soon as one fails or is late; the first answer counts.</summary>
    private async Task<IReadOnlyList<JsonRpcResponse>> RaceAsync(
        IReadOnlyList<Endpoint> candidates, IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Dictionary<Task<IReadOnlyList<JsonRpcResponse>>, Endpoint> running = [];
        TransportException? fault = null;
        IReadOnlyList<JsonRpcResponse>? unserved = null;
        int next = 0;
        try
        {
            while (true)
            {
                if (next < candidates.Count)
                {
                    Endpoint endpoint = candidates[next++];
                    running.Add(AskAsync(endpoint, requests, over.Token), endpoint);
                }
                else if (running.Count == 0)
                {
                    return unserved ?? throw fault ?? NobodyServes(requests);
                }

                if (await FirstAsync(running, next < candidates.Count, over.Token) is not { } done)
                {
                    continue;
                }

                Endpoint asked = running[done];
                running.Remove(done);
                try
                {
                    IReadOnlyList<JsonRpcResponse> answer = await done;
                    if (pool.IsSingle || !answer.Any(IsUnserved))
                    {
                        return answer;
                    }

                    unserved ??= answer;
                }
                catch (TransportException failed)
                {
                    fault = failed;
                    ChainAccessMetrics.FailedOver(asked.Name, failed.Fault);
                }
            }
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    /// <summary>
    /// What sends goes to all who are fit at once, so that it spreads although one keeps it for itself. The first who takes it counts, and the
    /// others are not kept from taking it too. A refusal counts only when it is everybody's: whoever does not answer may have it.
    /// </summary>
    private async Task<IReadOnlyList<JsonRpcResponse>> FanOutAsync(
        IReadOnlyList<Endpoint> candidates, IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        Endpoint[] fit = [.. candidates.Where(candidate => pool.VerdictOf(candidate).IsFit)];
        if (fit.Length <= 1)
        {
            return await RaceAsync(fit.Length == 1 ? [.. fit, .. candidates.Except(fit)] : candidates, requests, cancellationToken);
        }

        Dictionary<Task<IReadOnlyList<JsonRpcResponse>>, Endpoint> running = fit.ToDictionary(endpoint => AskAsync(endpoint, requests, cancellationToken));
        IReadOnlyList<JsonRpcResponse>? refused = null;
        TransportException? fault = null;
        Task? late = null;
        while (running.Count > 0)
        {
            Task first = await Task.WhenAny([.. running.Keys, .. late is null ? Array.Empty<Task>() : [late]]);
            if (first is not Task<IReadOnlyList<JsonRpcResponse>> done)
            {
                cancellationToken.ThrowIfCancellationRequested();
                NoteLate(running.Values);
                throw new TransportException(TransportFault.Timeout, $"{string.Join(", ", running.Values)} did not answer");
            }

            running.Remove(done);
            late ??= Task.Delay(pool.Options.HedgeAfter, clock, cancellationToken);
            try
            {
                IReadOnlyList<JsonRpcResponse> answer = await done;
                if (!answer.Any(response => response.Error is not null) || answer.Any(IsKnownAlready))
                {
                    return answer;
                }

                refused = refused is null || refused.Any(IsUnserved) ? answer : refused;
            }
            catch (TransportException failed)
            {
                fault = failed;
            }
        }

        return fault is null ? refused! : throw fault;
    }

    /// <returns>Null when nobody answered in time and there is another to ask.</returns>
    private async Task<Task<IReadOnlyList<JsonRpcResponse>>?> FirstAsync(
        Dictionary<Task<IReadOnlyList<JsonRpcResponse>>, Endpoint> running, bool hasOther, CancellationToken cancellationToken)
    {
        if (!hasOther)
        {
            return await Task.WhenAny(running.Keys);
        }

        using CancellationTokenSource answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task late = Task.Delay(pool.Options.HedgeAfter, clock, answered.Token);
        Task first = await Task.WhenAny([.. running.Keys, late]);
        await answered.CancelAsync();
        if (first is Task<IReadOnlyList<JsonRpcResponse>> done)
        {
            return done;
        }

        cancellationToken.ThrowIfCancellationRequested();
        NoteLate(running.Values);
        return null;
    }

    private void NoteLate(IEnumerable<Endpoint> endpoints)
    {
        foreach (Endpoint late in endpoints)
        {
            ChainAccessMetrics.Hedged(late.Name);
            late.Health.Failed(new TransportException(TransportFault.Timeout, $"did not answer within {pool.Options.HedgeAfter.TotalSeconds:0.#} s"));
        }
    }

    private async Task<IReadOnlyList<JsonRpcResponse>> AskAsync(
        Endpoint endpoint, IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        if (!pool.IsSingle && endpoint.Health.Verdict.State == EndpointState.Unproven)
        {
            await probe.OneAsync(endpoint, cancellationToken);
            RequireFit(endpoint);
        }

        if (endpoint.Budget.Take(requests.Count) is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, clock, cancellationToken);
        }

        EndpointExchange exchange = new(endpoint, pool, clock);
        return await _witnesses.HearAsync(endpoint, requests, exchange.AskAsync(requests, cancellationToken), cancellationToken);
    }

    private static void RequireFit(Endpoint endpoint)
    {
        if (endpoint.Health.Verdict is { State: EndpointState.WrongChain or EndpointState.Failing } verdict)
        {
            throw new TransportException(TransportFault.Unreachable, $"{endpoint} {verdict.Reason}");
        }
    }

    private static bool IsKnownAlready(JsonRpcResponse response) =>
        response.Error is { } error && SendError.Classify(error).Kind == SendErrorKind.AlreadyKnown;

    private static bool IsUnserved(JsonRpcResponse response) =>
        response.Error is { } error && AccessRefusal.KindOf(error) is AccessRefusalKind.NotServed or AccessRefusalKind.StateMissing;

    private static TransportException NobodyServes(IReadOnlyList<JsonRpcRequest> requests) =>
        new(TransportFault.Unreachable, $"no URL is configured, or none is on the right chain, for {requests[0].Method}");
}
