using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Access;

/// <summary>Asks endpoints for their chain and their newest block: what lets one in, and back in.</summary>
public sealed class EndpointProbe(EndpointPool pool, TimeProvider clock)
{
    /// <summary>Every endpoint that may be asked, at the same time; then their heads are compared. Never throws for what they answer.</summary>
    public async Task AllAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(pool.All.Where(endpoint => endpoint.Health.MayBeProbed).Select(endpoint => OneAsync(endpoint, cancellationToken)));
        pool.Compare();
    }

    /// <summary>Never throws for what the endpoint answers; its verdict tells.</summary>
    public async Task OneAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(pool.Options.ProbeTimeout, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        long start = clock.GetTimestamp();
        try
        {
            EthBatch batch = new(endpoint.Transport);
            Pending<ulong> chainId = batch.ChainId();
            Pending<ulong> head = batch.BlockNumber();
            endpoint.Budget.Take(batch.Count);
            await batch.SendAsync(either.Token);
            endpoint.Health.Saw(head.Value);
            endpoint.Health.Answered(clock.GetElapsedTime(start));
            endpoint.Health.Proved(chainId.Value, pool.Options.ChainId);
        }
        catch (TransportException fault)
        {
            endpoint.Health.Failed(fault);
        }
        catch (Exception fault) when (fault is JsonRpcException or CodecException)
        {
            endpoint.Health.Failed(new TransportException(TransportFault.Malformed, $"{endpoint} does not say its chain and block: {fault.Message}", fault));
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            endpoint.Health.Failed(new TransportException(TransportFault.Timeout, $"{endpoint} did not answer a probe within {pool.Options.ProbeTimeout.TotalSeconds:0.#} s", fault));
        }
    }
}
