using System.Runtime.CompilerServices;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Reads events over many blocks, the newest part first. Whatever range the node refuses, for whatever reason, is halved; the size that it
/// took is remembered for the next reading.
/// </summary>
internal sealed class LogRanges(EthClient eth, TimeProvider clock)
{
    private static readonly TimeSpan RefusalLasts = TimeSpan.FromSeconds(30);

    private ulong _acceptedBlocks = ulong.MaxValue / 2;
    private long? _refusedAt;

    /// <summary>The parts that cover a range, or less when the requests are used up or the node refuses even a single block.</summary>
    /// <param name="filter">What to look for; its range is not used.</param>
    /// <param name="range">The first and the last block.</param>
    /// <param name="maxBlocks">The most blocks of one request.</param>
    /// <param name="maxRequests">The most requests, refused ones included.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">The node cannot be reached, or wants to be left alone for now.</exception>
    public async IAsyncEnumerable<LogRange> ReadAsync(
        LogFilter filter, (ulong From, ulong To) range, ulong maxBlocks, int maxRequests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_refusedAt is { } refused && clock.GetElapsedTime(refused) < RefusalLasts)
        {
            yield break;
        }

        // Twice what was accepted last: a limit that was only there for a moment is left behind in a few readings.
        ulong size = Math.Min(maxBlocks, _acceptedBlocks * 2);
        ulong end = range.To;
        for (int requests = 0; requests < maxRequests; requests++)
        {
            ulong start = end - range.From < size ? range.From : end - size + 1;
            if (await TryReadAsync(filter with { FromBlock = BlockTag.Number(start), ToBlock = BlockTag.Number(end) }, cancellationToken) is { } logs)
            {
                _refusedAt = null;
                _acceptedBlocks = Math.Min(size, ulong.MaxValue / 2);
                yield return new LogRange(start, end, logs);
                if (start == range.From)
                {
                    yield break;
                }

                end = start - 1;
            }
            else if (start == end)
            {
                _refusedAt = clock.GetTimestamp();
                yield break;
            }
            else
            {
                size = (end - start + 1) / 2;
            }
        }
    }

    /// <summary><c>null</c> when the node refuses, or cannot within its time or size.</summary>
    private async Task<IReadOnlyList<LogEntry>?> TryReadAsync(LogFilter filter, CancellationToken cancellationToken)
    {
        try
        {
            return await eth.GetLogsAsync(filter, cancellationToken);
        }
        catch (JsonRpcException)
        {
            return null;
        }
        catch (TransportException fault) when (!fault.IsRateLimit && fault.Fault is TransportFault.Timeout or TransportFault.TooLarge or TransportFault.HttpStatus)
        {
            return null;
        }
    }
}

/// <summary>The events of consecutive blocks.</summary>
internal sealed record LogRange(ulong From, ulong To, IReadOnlyList<LogEntry> Logs);
