using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Checks;

/// <summary>The call of a bundle: handleOps, or where aggregators take part handleAggregatedOps with a group for each of them and one of nobody.</summary>
public sealed class BundleEncoder(AggregatorDesk aggregators)
{
    /// <summary>Operations of one aggregator together, groups in the order of their first operation; within a group nothing changes places.</summary>
    public static List<MempoolEntry> InGroups(IEnumerable<MempoolEntry> entries) => [.. entries.GroupBy(AggregatorOf).SelectMany(group => group)];

    /// <summary>The call data; or the refusal of an aggregator to join signatures that it took one by one.</summary>
    /// <param name="entryPoint">The EntryPoint of all of them.</param>
    /// <param name="entries">As <see cref="InGroups"/> orders them.</param>
    /// <param name="beneficiary">Who gets the fees.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Outcome<Bytes>> EncodeAsync(
        EntryPoint entryPoint, IReadOnlyList<MempoolEntry> entries, Address beneficiary, CancellationToken cancellationToken)
    {
        if (entries.All(entry => AggregatorOf(entry) is null))
        {
            return entryPoint.Bundles.EncodeHandleOps([.. entries.Select(entry => entry.Operation)], beneficiary);
        }

        CallMember[] members =
            [.. entries.Select(entry => new CallMember(entry.Operation, AggregatorOf(entry), entry.Validation?.SignatureInGroup ?? Bytes.Empty))];
        Outcome<List<AggregatedOperations>> groups = await aggregators.GroupAsync(entryPoint, members, cancellationToken);
        return groups.Accepted ? entryPoint.Bundles.EncodeHandleAggregatedOps(groups.Value, beneficiary) : groups.Rejection;
    }

    private static Address? AggregatorOf(MempoolEntry entry) => entry.Validation?.Aggregator;
}
