using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling;

/// <summary>The call of a bundle: handleOps, or where aggregators take part handleAggregatedOps with a group for each of them and one of nobody.</summary>
public sealed class BundleEncoder(AggregatorDesk aggregators)
{
    /// <summary>Operations of one aggregator together, groups in the order of their first operation; within a group nothing changes places.</summary>
    public static List<MempoolEntry> InGroups(IEnumerable<MempoolEntry> entries) => [.. entries.GroupBy(AggregatorOf).SelectMany(group => group)];

    /// <summary>The call data; or the refusal of an aggregator to join signatures that it took one by one.</summary>
    /// <param name="entries">As <see cref="InGroups"/> orders them.</param>
    public async Task<Outcome<Bytes>> EncodeAsync(
        EntryPoint entryPoint, IReadOnlyList<MempoolEntry> entries, Address beneficiary, CancellationToken cancellationToken)
    {
        if (entries.All(entry => AggregatorOf(entry).IsZero))
        {
            return entryPoint.Bundles.EncodeHandleOps([.. entries.Select(entry => entry.Operation)], beneficiary);
        }

        List<AggregatedOperations> groups = [];
        foreach (IGrouping<Address, MempoolEntry> group in entries.GroupBy(AggregatorOf))
        {
            UserOperation[] operations = [.. group.Select(entry => entry.Operation)];
            if (group.Key.IsZero)
            {
                groups.Add(new AggregatedOperations(Address.Zero, operations, Bytes.Empty));
                continue;
            }

            UserOperation[] inGroup = [.. group.Select(InGroup)];
            Outcome<AggregatedOperations> joined = await aggregators.JoinAsync(entryPoint, group.Key, operations, inGroup, cancellationToken);
            if (!joined.Accepted)
            {
                return joined.Rejection;
            }

            groups.Add(joined.Value);
        }

        return entryPoint.Bundles.EncodeHandleAggregatedOps(groups, beneficiary);
    }

    private static Address AggregatorOf(MempoolEntry entry) => entry.Validation?.Aggregator ?? Address.Zero;

    private static UserOperation InGroup(MempoolEntry entry) => entry.Operation with { Signature = entry.Validation!.SignatureInGroup };
}
