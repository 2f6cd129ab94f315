using System.Runtime.CompilerServices;
using Bundler.Ethereum.Access;
using Bundler.Ethereum.JsonRpc;

namespace Bundler.Ethereum.Client;

/// <summary>
/// The heads of the chain as they appear: announced over the WebSocket of one endpoint while it keeps up, of another when it does not, and polled
/// when none does. Only the newest head is given, so a slow reader skips some, and no head twice, so a chain that flips back is seen by its next
/// block.
/// </summary>
public sealed class HeadSource(EthClient eth, EndpointPool pool, HeadSourceOptions options, TimeProvider clock)
{
    private const int RememberedHeads = 128;

    /// <summary>So far another may be ahead for a moment.</summary>
    private const ulong Headstart = 1;

    /// <summary>The present head and all that follow.</summary>
    /// <exception cref="TransportException">The node does not answer; enumerating again goes on.</exception>
    /// <exception cref="Primitives.CodecException">The node's block is malformed.</exception>
    public async IAsyncEnumerable<BlockHeader> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HeadListener[] listeners =
        [
            .. pool.All.Where(endpoint => endpoint.Socket is not null && endpoint.Serves(EndpointPurposes.Heads))
                .Select(endpoint => new HeadListener(endpoint, cancellationToken)),
        ];
        try
        {
            RecentHashes seen = new(RememberedHeads);
            HeadListener? leader = null;
            long? lastHeard = null;
            while (true)
            {
                bool isNew = false;
                foreach (HeadListener listener in listeners)
                {
                    isNew |= await listener.TakeAsync();
                }

                HeadListener? before = leader;
                leader = Lead(listeners, leader);
                BlockHeader? head = isNew || leader != before ? leader?.Newest : null;
                bool isHeard = leader is not null && lastHeard is { } last && clock.GetElapsedTime(last) < options.SilenceLimit;
                if (head is null && !isHeard)
                {
                    head = await eth.GetBlockAsync(BlockTag.Latest, cancellationToken);
                }

                if (head is not null && seen.Add(head.Hash))
                {
                    // A silent connection that did not know of a new block is not waited for again.
                    if (leader is not null && lastHeard is not null && head != leader.Newest)
                    {
                        leader.IsMute = true;
                    }

                    pool.Told(head.Number);
                    yield return head;
                }

                lastHeard = head is null ? lastHeard : clock.GetTimestamp();
                Task interval = Task.Delay(options.PollInterval, clock, cancellationToken);
                await Task.WhenAny([interval, .. listeners.Select(listener => listener.Announced).OfType<Task>()]);
            }
        }
        finally
        {
            foreach (HeadListener listener in listeners)
            {
                listener.Dispose();
            }
        }
    }

    /// <summary>Keeps to one as long as it keeps up: two nodes may tell the same block twice, or differ in it. The one that is read from comes first.</summary>
    private HeadListener? Lead(HeadListener[] listeners, HeadListener? leader)
    {
        HeadListener[] able = [.. listeners.Where(listener => listener is { IsLive: true, IsMute: false } && pool.VerdictOf(listener.Endpoint).IsFit)];
        if (able.Length == 0)
        {
            return null;
        }

        ulong best = able.Max(listener => listener.Newest?.Number ?? 0);
        bool KeepsUp(HeadListener listener) => (listener.Newest?.Number ?? 0) + Headstart >= best;
        Endpoint? first = pool.For(EndpointPurposes.Reads).FirstOrDefault();
        return leader is not null && able.Contains(leader) && KeepsUp(leader)
            ? leader
            : able.Where(KeepsUp).OrderBy(listener => listener.Endpoint == first ? 0 : 1).First();
    }
}
