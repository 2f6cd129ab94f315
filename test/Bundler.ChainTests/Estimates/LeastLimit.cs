using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.ChainTests.Estimates;

/// <summary>The truth about a limit: the least with which the real handleOps does all it does with the estimate, the other limits as estimated.</summary>
internal sealed class LeastLimit(EstimateRig rig, CorpusOperation kind, UserOperation estimated)
{
    private int? _logs;

    /// <summary>Whether the operation succeeds as it is estimated.</summary>
    public Task<bool> EstimateWorksAsync() => WorksAsync(estimated);

    /// <summary>By bisection, to within 0.3 percent.</summary>
    public async Task<UInt256> FindAsync(UInt256 estimate, Func<UserOperation, UInt256, UserOperation> with)
    {
        UInt256 low = 0;
        UInt256 high = estimate;
        while (high - low > high / 300 + 4)
        {
            UInt256 middle = (low + high) / 2;
            if (await WorksAsync(with(estimated, middle)))
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        return high;
    }

    /// <summary>Success alone is not enough: a call that is starved and caught leaves other logs than one that worked.</summary>
    private async Task<bool> WorksAsync(UserOperation operation)
    {
        IReadOnlyList<LogEntry>? logs = await rig.SimulateAsync(kind.EntryPoint, kind.Sign(operation));
        if (logs is null || !logs.Any(log => IsSuccess(log)))
        {
            return false;
        }

        int fingerprint = logs.Where(log => log.Address != kind.EntryPoint.Address).Aggregate(0, (hash, log) => HashCode.Combine(hash, log.Data));
        _logs ??= fingerprint;
        return _logs == fingerprint;
    }

    public static bool IsSuccess(LogEntry log) =>
        log.Topics.Count > 0 && log.Topics[0] == EntryPointEvents.UserOperationEvent.Topic && UserOperationEventData.Decode(log.Topics, log.Data).Success;
}
