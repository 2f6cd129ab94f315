using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>
/// How a change gets into memory before it is stored, and out again: it counts for every limit at once, is taken back when another node's change comes
/// first, and is decided, once for all, in the transaction that stores it.
/// </summary>
public sealed partial class Mempool
{
    private readonly List<Placement> _undecided = [];

    /// <summary>Puts the entry in, by the rules, in the place of those that make room for it.</summary>
    private Rejection? Place(Placement placement, MempoolEntry entry, Func<MempoolView, Rejection?> check)
    {
        if (check(new MempoolView(this)) is { } rejection)
        {
            return rejection;
        }

        MempoolEntry? replaced = Find(entry.Operation.Sender, entry.Operation.Nonce);
        if (MakeRoom(entry, replaced) is not { } evicted)
        {
            return new Rejection.LimitExceeded("the mempool is full of operations that pay more");
        }

        List<Leaving> leaving = [];
        if (replaced is not null)
        {
            leaving.Add((replaced, Status(replaced.UserOpHash, OperationState.Replaced, $"replaced by {entry.UserOpHash}")));
        }

        leaving.AddRange(evicted);
        leaving.ForEach(item => Unlink(item.Entry));
        Link(entry);
        Begin(placement, leaving, entry);
        return null;
    }

    /// <summary>Takes out what is to leave; false when nothing is.</summary>
    private bool Place(Placement placement, Action<List<Leaving>> unlink)
    {
        List<Leaving> leaving = [];
        unlink(leaving);
        if (leaving.Count > 0)
        {
            Begin(placement, leaving, null);
        }

        return leaving.Count > 0;
    }

    private void Begin(Placement placement, List<Leaving> leaving, MempoolEntry? entry)
    {
        placement.IsPlaced = true;
        placement.Entry = entry;
        placement.Leaving = leaving;
        placement.Room = Hold(leaving, entry);
        _undecided.Add(placement);
    }

    /// <summary>
    /// In the transaction: places anew what was taken back meanwhile. Asked a second time, nothing of the first one was stored, and others may have
    /// stored something in between.
    /// </summary>
    private T DecideOn<T>(Placement placement, Func<T> place, T unchanged)
    {
        if (placement.IsDecided)
        {
            TakeBack(placement);
        }

        T outcome = placement.IsPlaced ? unchanged : place();
        _undecided.Remove(placement);
        placement.IsDecided = true;
        return outcome;
    }

    private void TakeAllBack()
    {
        while (_undecided.Count > 0)
        {
            TakeBack(_undecided[^1]);
        }
    }

    private void TakeBack(Placement placement)
    {
        _undecided.Remove(placement);
        if (!placement.IsPlaced)
        {
            return;
        }

        placement.IsPlaced = false;
        _held -= placement.Room;
        if (placement.Entry is { } entry)
        {
            Unlink(entry);
        }

        placement.Leaving.ForEach(item => LinkUnlessTaken(item.Entry));
    }

    /// <summary>It is stored.</summary>
    private void Settle(Placement placement)
    {
        _undecided.Remove(placement);
        _held -= placement.Room;
        if (placement.Entry is { } entry && _byHash.TryGetValue(entry.UserOpHash, out MempoolEntry? now) && now.State == EntryState.Storing)
        {
            Replace(now with { State = EntryState.Pending });
        }
    }

    /// <summary>A change on its way into the store.</summary>
    private sealed class Placement
    {
        /// <summary>Memory stands as if it were stored.</summary>
        public bool IsPlaced { get; set; }

        /// <summary>The transaction that stores it has asked for it.</summary>
        public bool IsDecided { get; set; }

        public MempoolEntry? Entry { get; set; }

        public List<Leaving> Leaving { get; set; } = [];

        public Room Room { get; set; }
    }
}
