using System.Collections.Concurrent;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Access;

/// <summary>
/// An account nonce decides what is signed next, and no later answer corrects it in time: so several endpoints are asked, and the middle answer
/// counts (the lower one of two). One of three cannot move it beyond what an honest one says; one that keeps trying is out.
/// </summary>
internal sealed class NonceWitnesses(EndpointPool pool, TimeProvider clock)
{
    private const string Method = "eth_getTransactionCount";
    private const int MostWitnesses = 2;

    /// <summary>Nodes differ for a moment around each block; so often in a row they do not.</summary>
    private const int Believed = 3;

    private readonly ConcurrentDictionary<Endpoint, int> _dissents = new();

    /// <summary>The endpoint's own answers, with the nonces among them replaced by what the witnesses agree on.</summary>
    public async Task<IReadOnlyList<JsonRpcResponse>> HearAsync(
        Endpoint endpoint, IReadOnlyList<JsonRpcRequest> requests, Task<IReadOnlyList<JsonRpcResponse>> own, CancellationToken cancellationToken)
    {
        int[] asked = [.. Enumerable.Range(0, requests.Count).Where(i => requests[i].Method == Method)];
        Endpoint[] others = asked.Length == 0 || pool.IsSingle ? [] : Witnesses(endpoint);
        if (others.Length == 0)
        {
            return await own;
        }

        JsonRpcRequest[] nonces = Array.ConvertAll(asked, i => requests[i]);
        Task<Voice?>[] hearings = Array.ConvertAll(others, other => AskAsync(other, nonces, cancellationToken));
        IReadOnlyList<JsonRpcResponse> answers = await own;
        Voice?[] heard = await Task.WhenAll(hearings);
        Voice[] voices = [new Voice(endpoint, Array.ConvertAll(asked, i => answers[i])), .. heard.OfType<Voice>()];
        JsonRpcResponse[] settled = [.. answers];
        for (int k = 0; k < asked.Length; k++)
        {
            settled[asked[k]] = Settle(nonces[k], k, voices) ?? answers[asked[k]];
        }

        return settled;
    }

    // One who contradicts is heard on, or it could never agree again.
    private Endpoint[] Witnesses(Endpoint endpoint)
    {
        IReadOnlyList<Endpoint> others = [.. pool.For(EndpointPurposes.Reads).Where(other => other != endpoint && !pool.MustShowHead(other))];
        return
        [
            .. others.Where(other => other.Health.Verdict.IsFit).Take(MostWitnesses),
            .. others.Where(other => other.Health.Verdict.State == EndpointState.Contradicting).Take(1),
        ];
    }

    /// <returns>Null when it does not answer in time: then the others decide.</returns>
    private async Task<Voice?> AskAsync(Endpoint witness, IReadOnlyList<JsonRpcRequest> nonces, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(pool.Options.HedgeAfter, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            witness.Budget.Take(nonces.Count);
            return new Voice(witness, [.. await new EndpointExchange(witness, pool, clock).AskAsync(nonces, either.Token)]);
        }
        catch (TransportException)
        {
            // Its health has noted it.
            return null;
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            witness.Health.Failed(new TransportException(TransportFault.Timeout, $"did not answer within {pool.Options.HedgeAfter.TotalSeconds:0.#} s", fault));
            return null;
        }
    }

    private JsonRpcResponse? Settle(JsonRpcRequest request, int k, Voice[] voices)
    {
        (Endpoint Endpoint, JsonRpcResponse Answer, ulong Nonce)[] said =
        [
            .. voices.Select(voice => (voice.Endpoint, Answer: voice.Answers[k], Nonce: ReadNonce(voice.Answers[k])))
                .Where(voice => voice.Nonce is not null)
                .Select(voice => (voice.Endpoint, voice.Answer, voice.Nonce!.Value))
                .OrderBy(voice => voice.Value),
        ];
        if (said.Length == 0)
        {
            return null;
        }

        (Endpoint _, JsonRpcResponse answer, ulong nonce) = said[(said.Length - 1) / 2];
        int agreeing = said.Count(voice => voice.Nonce == nonce);
        if (agreeing >= 2 && request.Params.Span.IndexOf("\"pending\""u8) < 0)
        {
            foreach ((Endpoint endpoint, JsonRpcResponse _, ulong own) in said)
            {
                Judge(endpoint, own == nonce ? null : $"says nonce {own} where {agreeing} others say {nonce}");
            }
        }

        return answer;
    }

    private void Judge(Endpoint endpoint, string? dissent)
    {
        int dissents = _dissents.AddOrUpdate(endpoint, dissent is null ? 0 : 1, (_, before) => dissent is null ? 0 : before + 1);
        if (dissent is null || dissents >= Believed)
        {
            endpoint.Health.Contradicts(dissent);
        }
    }

    private static ulong? ReadNonce(JsonRpcResponse answer)
    {
        try
        {
            return answer.Error is null ? EthereumJson.ReadUInt64(answer.Result) : null;
        }
        catch (CodecException)
        {
            // Not a nonce, not a voice.
            return null;
        }
    }

    private sealed record Voice(Endpoint Endpoint, JsonRpcResponse[] Answers);
}
