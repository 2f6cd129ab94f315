using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;

namespace Bundler.Node.Startup;

/// <summary>Asks the Ethereum node which chain it is on; one that is still starting is waited for.</summary>
internal sealed class FirstContact(EthClient eth, TimeProvider clock, ILogger<FirstContact> logger)
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);

    /// <exception cref="TransportException">The node has not answered within <paramref name="limit"/>.</exception>
    /// <exception cref="JsonRpcException">The node refuses to say.</exception>
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
                    return await eth.ChainIdAsync(either.Token);
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

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
