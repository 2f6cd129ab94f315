using Bundler.Client.Errors;
using Bundler.Client.Rpc;
using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Flow;

/// <summary>Waits for a receipt; a bundler that tells the stations on the way is asked for them too.</summary>
internal sealed class ReceiptWait(BundlerApiService bundler, WaitOptions options, string userOpHash, IProgress<OperationProgress>? progress)
{
    private bool _tellsStations = true;
    private OperationProgress? _told;
    private int _silent;

    /// <exception cref="OperationDroppedException">It will not be included.</exception>
    /// <exception cref="TimeoutException">No receipt in time.</exception>
    public async Task<UserOperationReceipt> RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(options.Timeout, options.Clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            while (true)
            {
                if (await PollAsync(either.Token).ConfigureAwait(false) is { } receipt)
                {
                    Tell(new OperationProgress(OperationStage.Included, userOpHash, receipt.Receipt.TransactionHash, receipt.Reason));
                    return receipt;
                }

                await Task.Delay(options.PollingInterval, options.Clock, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no receipt of {userOpHash} within {options.Timeout}; the operation may still be included");
        }
    }

    private async Task<UserOperationReceipt?> PollAsync(CancellationToken cancellationToken)
    {
        try
        {
            UserOperationReceipt? receipt = await bundler.GetUserOperationReceipt.SendRequestAsync(userOpHash, cancellationToken).ConfigureAwait(false);
            if (receipt is null && _tellsStations)
            {
                await AskStationAsync(cancellationToken).ConfigureAwait(false);
            }

            _silent = 0;
            return receipt;
        }
        catch (Exception fault) when (IsPassing(fault) && ++_silent <= options.MaxSilentPolls)
        {
            return null;
        }
    }

    private async Task AskStationAsync(CancellationToken cancellationToken)
    {
        UserOperationStatus? status = null;
        try
        {
            status = await bundler.GetUserOperationStatus.SendRequestAsync(userOpHash, cancellationToken).ConfigureAwait(false);
        }
        catch (BundlerException refusal) when (refusal.IsNoSuchMethod)
        {
            _tellsStations = false;
        }

        switch (status?.Status)
        {
            case OperationState.Dropped or OperationState.Replaced:
                throw new OperationDroppedException(userOpHash, status.Status, status.Reason);
            case OperationState.Received or OperationState.Pending:
                Tell(new OperationProgress(OperationStage.Pending, userOpHash, Reason: status.Reason));
                break;
            case OperationState.Bundled:
                Tell(new OperationProgress(OperationStage.Bundled, userOpHash, status.TransactionHash));
                break;
        }
    }

    /// <summary>What is new is told, once.</summary>
    private void Tell(OperationProgress reached)
    {
        if (reached != _told)
        {
            _told = reached;
            progress?.Report(reached);
        }
    }

    private static bool IsPassing(Exception fault) => fault is RpcClientUnknownException or RpcClientTimeoutException
        or BundlerException { Kind: BundlerErrorKind.Unavailable or BundlerErrorKind.TimedOut or BundlerErrorKind.LimitExceeded };
}
