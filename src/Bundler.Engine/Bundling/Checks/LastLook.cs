using Bundler.Engine.Bundling.Pace;
using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling.Checks;

/// <summary>
/// The last look before a bundle is signed: the whole handleOps as one eth_call on the pending block, where the node has one. There an operation
/// fails that a transaction in the node's pool is about to spoil. What is only pending is no fact yet: such an operation waits for the next head
/// and nobody is blamed.
/// </summary>
public sealed class LastLook(
    EthClient eth, WaitingForHead waiting, IOptions<BundlingOptions> options, EngineMetrics metrics, ILogger<LastLook> logger, TimeProvider clock)
{
    /// <summary>A node that has no pending block is not asked for it again for so long.</summary>
    private static readonly TimeSpan RefusedRest = TimeSpan.FromMinutes(1);

    /// <summary>Why an operation stays behind.</summary>
    public const string SpoiledReason = "a transaction in the node's pool makes it fail";

    private readonly bool _isOn = options.Value.LastLook;
    private long? _refusedAt;

    /// <summary>The operations that must stay behind; none when the bundle may go.</summary>
    /// <param name="bundle">It has passed the third validation.</param>
    /// <param name="head">The newest block when it was built.</param>
    /// <param name="signer">Who will send it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<MempoolEntry>> SpoiledAsync(CheckedBundle bundle, ChainHead head, Address signer, CancellationToken cancellationToken)
    {
        if (!_isOn || (_refusedAt is { } since && clock.GetElapsedTime(since) < RefusedRest))
        {
            return [];
        }

        CallRequest call = new() { From = signer, To = bundle.Draft.EntryPoint.Address, Data = bundle.CallData, Gas = (ulong)bundle.Draft.Gas };
        try
        {
            await eth.CallAsync(call, BlockTag.Pending, HandleOpsCall.Delegations(bundle.Entries.Select(entry => entry.Operation)), cancellationToken);
            _refusedAt = null;
            metrics.Looked("passed");
            return [];
        }
        catch (CallRevertedException reverted)
        {
            _refusedAt = null;
            metrics.Looked("spoiled");
            return Spoiled(bundle, head, reverted.RevertData);
        }
        catch (JsonRpcException refusal)
        {
            _refusedAt = clock.GetTimestamp();
            metrics.Looked("refused");
            logger.NoPendingBlock(refusal.Message);
            return [];
        }
    }

    private IReadOnlyList<MempoolEntry> Spoiled(CheckedBundle bundle, ChainHead head, Bytes revertData)
    {
        IReadOnlyList<MempoolEntry> entries = bundle.Entries;
        BundleFault fault = BundleFaults.Of(bundle.Draft.EntryPoint, [.. entries.Select(entry => entry.Operation)], revertData);
        MempoolEntry[] named =
            fault.OperationIndex is { } index ? [entries[index]]
            : fault.Blamed is { Kind: EntityKind.Aggregator, Address: var aggregator } ? [.. entries.Where(entry => entry.Validation?.Aggregator == aggregator)]
            : entries.Count == 1 ? [entries[0]]
            : [];
        foreach (MempoolEntry entry in named)
        {
            waiting.Add(entry.UserOpHash, head.Number);
            logger.Spoiled(entry.UserOpHash, fault.Reason);
        }

        // The EntryPoint names no operation: half of them go, until the one that is spoiled stands alone.
        return named.Length > 0 ? named : [.. entries.Skip((entries.Count + 1) / 2)];
    }
}
