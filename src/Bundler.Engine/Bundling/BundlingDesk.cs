using System.Collections.Concurrent;
using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling;

/// <summary>
/// Whoever wants a bundle built asks here: the loop on every head, and debug_bundler_sendBundleNow. One bundle is built at a time; each goes
/// to a signer's next nonce.
/// </summary>
public sealed class BundlingDesk
{
    private const int RememberedFates = 256;

    private readonly Mempools _mempools;
    private readonly BundleBuilder _builder;
    private readonly SignerPool _signers;
    private readonly SubmissionQueue _queue;
    private readonly HeadFeed _heads;
    private readonly Drain _drain;
    private readonly ILogger<BundlingDesk> _logger;
    private readonly int _plenty;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<Hash32?>> _fates = [];
    private readonly ConcurrentQueue<Guid> _settled = [];

    public BundlingDesk(
        Mempools mempools,
        BundleBuilder builder,
        SignerPool signers,
        SubmissionQueue queue,
        HeadFeed heads,
        Drain drain,
        IOptions<BundlingOptions> options,
        ILogger<BundlingDesk> logger)
    {
        _mempools = mempools;
        _builder = builder;
        _signers = signers;
        _queue = queue;
        _heads = heads;
        _drain = drain;
        _logger = logger;
        _plenty = options.Value.BuildAtOperations;
        Mode = options.Value.Mode;
        Interval = TimeSpan.FromMilliseconds(options.Value.IntervalMilliseconds);
    }

    /// <summary>How long after the last try the next one comes, even when nothing happened.</summary>
    public TimeSpan Interval { get; set; }

    /// <summary>In manual mode only <see cref="SendNowAsync"/> builds.</summary>
    public BundlingMode Mode { get; set; }

    /// <summary>Enough operations wait for a bundle to be worth building at once.</summary>
    public bool HasPlenty => _mempools.All.Any(pool => pool.Pending >= _plenty);

    internal bool IsBuilding => _one.CurrentCount == 0;

    /// <summary>One round over all EntryPoints, as long as there are free signers; the bundles that were handed to submission.</summary>
    public async Task<IReadOnlyList<Bundle>> SendNowAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            ChainHead head = await _heads.CurrentAsync(cancellationToken);
            List<Bundle> sent = [];
            foreach (Mempool pool in _mempools.All)
            {
                if (_drain.HasBegun)
                {
                    break;
                }

                if (await BuildOneAsync(pool, head, cancellationToken) is { } bundle)
                {
                    sent.Add(bundle);
                }
            }

            return sent;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Waits until a bundle's fate is known and its events are processed: the hash it was mined in, or <c>null</c> when it was abandoned.</summary>
    /// <param name="bundle">One that <see cref="SendNowAsync"/> gave.</param>
    public Task<Hash32?> SettledAsync(Bundle bundle, CancellationToken cancellationToken) =>
        _fates.TryGetValue(bundle.Id, out TaskCompletionSource<Hash32?>? fate) ? fate.Task.WaitAsync(cancellationToken) : Task.FromResult<Hash32?>(null);

    /// <summary>The settlement says what became of a bundle.</summary>
    internal void Settled(Guid bundleId, Hash32? minedIn)
    {
        if (_fates.TryGetValue(bundleId, out TaskCompletionSource<Hash32?>? fate))
        {
            fate.TrySetResult(minedIn);
            _settled.Enqueue(bundleId);
            while (_settled.Count > RememberedFates && _settled.TryDequeue(out Guid old))
            {
                _fates.TryRemove(old, out _);
            }
        }
    }

    private async Task<Bundle?> BuildOneAsync(Mempool pool, ChainHead head, CancellationToken cancellationToken)
    {
        if (pool.Pending == 0 || _signers.TryLease() is not { } lease)
        {
            return null;
        }

        bool handedOver = false;
        try
        {
            Bundle? bundle = await _builder.BuildAsync(pool, head, lease.Address, cancellationToken);
            if (bundle is not null)
            {
                _fates[bundle.Id] = new TaskCompletionSource<Hash32?>(TaskCreationOptions.RunContinuationsAsynchronously);
                await _queue.WriteAsync(new LeasedBundle(bundle, lease), cancellationToken);
                handedOver = true;
                _logger.Built(bundle.Id, bundle.Entries.Count, pool.EntryPoint.VersionText, bundle.GasLimit);
            }

            return bundle;
        }
        finally
        {
            if (!handedOver)
            {
                lease.Dispose();
            }
        }
    }
}
