using Bundler.Ethereum.Access;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;

namespace Bundler.Node.Startup;

/// <summary>Asks which chain the Ethereum node is on, or most of several; one that is still starting is waited for.</summary>
internal sealed class FirstContact(EthClient eth, EndpointPool pool, EndpointProbe probe, TimeProvider clock, ILogger<FirstContact> logger)
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);

    /// <exception cref="TransportException">The node has not answered within <paramref name="limit"/>.</exception>
    /// <exception cref="JsonRpcException">The node refuses to say.</exception>
    /// <exception cref="ChainDisputedException">Several nodes are on different chains.</exception>
    public async Task<ulong> ChainIdAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(limit, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        TransportException? last = null;
        try
        {
            for (TimeSpan pause = _firstPause; ; pause = Min(pause * 2, _longestPause))
            {
                try
                {
                    return await AskAsync(either.Token);
                }
                catch (TransportException fault) when (fault.IsTransient)
                {
                    if (last is null)
                    {
                        logger.WaitingForNode(limit.TotalSeconds, fault.Message);
                    }

                    last = fault;
                }

                await Task.Delay(pause, clock, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw last ?? new TransportException(TransportFault.Timeout, $"no answer within {limit.TotalSeconds:0} s");
        }
    }

    private async Task<ulong> AskAsync(CancellationToken cancellationToken)
    {
        if (pool.IsSingle)
        {
            return await eth.ChainIdAsync(cancellationToken);
        }

        await probe.AllAsync(cancellationToken);
        return ChainVote.Count(pool)
            ?? throw new TransportException(TransportFault.Unreachable, string.Join("; ", pool.All.Select(endpoint => endpoint.Health.LastFault).OfType<string>()));
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
