using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Money;

/// <summary>
/// With whom this node has fared well and with whom not, since it started. ERC-7562 keeps no counters of unstaked senders, and holds nothing
/// against them when a bundle reverts; for whom money is put at risk first is the bundler's own choice.
/// </summary>
public sealed class TrackRecord(ReputationLedger reputation, StakePolicy stakes, TimeProvider clock)
{
    /// <summary>So long a sender travels alone whose operation reverted a bundle.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <summary>Beyond this many the oldest is forgotten.</summary>
    private const int Capacity = 16_384;

    private readonly Lock _lock = new();
    private readonly Dictionary<Address, long> _included = [];
    private readonly Dictionary<Address, long> _reverted = [];

    /// <summary>An operation of the sender that was pending here is in a block.</summary>
    public void Included(Address sender) => Note(_included, sender);

    /// <summary>A bundle reverted on chain because of an operation of the sender, whoever made it fail.</summary>
    public void Reverted(Address sender) => Note(_reverted, sender);

    /// <summary>Whether a bundle with its operation has reverted not long ago.</summary>
    public bool TravelsAlone(Address sender)
    {
        lock (_lock)
        {
            return _reverted.TryGetValue(sender, out long since) && clock.GetElapsedTime(since) < Remembered;
        }
    }

    /// <summary>Sender, factory, paymaster and aggregator all have a stake or were included before, and none is throttled.</summary>
    public bool Has(MempoolEntry entry) => entry.Entities.All(entity => IsStaked(entry, entity) ? IsGood(entry, entity) : IsKnown(entry, entity));

    private bool IsKnown(MempoolEntry entry, Entity entity)
    {
        if (entity.Kind != EntityKind.Account)
        {
            return IsGood(entry, entity) && reputation.Get(entry.EntryPoint.Address, entity.Address).OpsIncluded > 0;
        }

        lock (_lock)
        {
            return _included.ContainsKey(entity.Address) && IsGood(entry, entity);
        }
    }

    private bool IsGood(MempoolEntry entry, Entity entity) =>
        reputation.Status(entry.EntryPoint.Address, entity.Address) == ReputationStatus.Ok && !TravelsAlone(entity.Address);

    private bool IsStaked(MempoolEntry entry, Entity entity) =>
        entry.Validation?.Stakes.TryGetValue(entity.Address, out StakeInfo stake) == true && stakes.IsStaked(stake);

    private void Note(Dictionary<Address, long> record, Address sender)
    {
        lock (_lock)
        {
            if (record.Count >= Capacity && !record.ContainsKey(sender))
            {
                record.Remove(record.MinBy(pair => pair.Value).Key);
            }

            record[sender] = clock.GetTimestamp();
        }
    }
}
