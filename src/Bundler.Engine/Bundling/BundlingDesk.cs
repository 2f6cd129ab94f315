using System.Collections.Concurrent;
using Bundler.Engine.Bundling.Pace;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Signers;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling;

/// <summary>
/// Whoever wants a bundle built asks here: the loops on every head, and debug_bundler_sendBundleNow. One bundle of an EntryPoint is built at a time,
/// and none waits for another EntryPoint's; each goes to a signer's next nonce when it is built.
/// </summary>
public sealed class BundlingDesk
{
    private const int RememberedFates = 256;

    private readonly BundleBuilder _builder;
    private readonly SignerPool _signers;
    private readonly SubmissionQueue _queue;
    private readonly HeadFeed _heads;
    private readonly Drain _drain;
    private readonly Duties _duties;
    private readonly ILogger<BundlingDesk> _logger;
    private readonly int _plenty;
    private readonly Dictionary<Mempool, SemaphoreSlim> _one;

    /// <summary>Bundles come to submission in the order of their nonces.</summary>
    private readonly SemaphoreSlim _handingOver = new(1, 1);

    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<Hash32?>> _fates = [];
    private readonly ConcurrentQueue<Guid> _settled = [];
    private volatile bool _hasNoPlace;

    public BundlingDesk(
        Mempools mempools,
        BundleBuilder builder,
        SignerPool signers,
        SubmissionQueue queue,
        HeadFeed heads,
        Drain drain,
        Duties duties,
        IOptions<BundlingOptions> options,
        ILogger<BundlingDesk> logger)
    {
        _one = mempools.All.ToDictionary(pool => pool, _ => new SemaphoreSlim(1, 1));
        _builder = builder;
        _signers = signers;
        _queue = queue;
        _heads = heads;
        _drain = drain;
        _duties = duties;
        _logger = logger;
        _plenty = options.Value.BuildAtOperations;
        Mode = options.Value.Mode;
        Interval = TimeSpan.FromMilliseconds(options.Value.IntervalMilliseconds);
    }

    /// <summary>How long after the last try the next one comes, even when nothing happened.</summary>
    public TimeSpan Interval { get; set; }

    /// <summary>Why no bundle is built at all, or <c>null</c> when nothing is in the way.</summary>
    public string? HeldUp => _drain.HasBegun ? "the node that builds the bundles is draining, and another one takes over when what has begun is done"
        : Mode == BundlingMode.Manual ? "bundles are built by command only"
        : _hasNoPlace ? "every signer has as many bundles on their way as it may have"
        : null;

    /// <summary>In manual mode only <see cref="SendNowAsync"/> builds.</summary>
    public BundlingMode Mode { get; set; }

    internal bool IsBuilding => _one.Values.Any(one => one.CurrentCount == 0);

    /// <summary>Who builds instead of this node, or that nobody does; <c>null</c>: this one builds bundles, of some EntryPoint at least.</summary>
    public string? Elsewhere
    {
        get
        {
            Address[] entryPoints = [.. _one.Keys.Select(pool => pool.EntryPoint.Address)];
            return entryPoints.Any(_duties.Builds) ? null
                : entryPoints.Select(_duties.Fleet.BuilderOf).FirstOrDefault(node => node is not null) is { } builder
                    ? $"the node {builder.Id} builds the bundles now, and this one does not: ask that one"
                : "no node builds bundles now, this one neither";
        }
    }

    /// <summary>Enough operations wait for a bundle to be worth building at once.</summary>
    public bool HasPlenty(Mempool pool) => pool.Pending >= _plenty;

    /// <summary>One bundle of each EntryPoint, as far as there are operations and free signers; the bundles that were handed to submission.</summary>
    public async Task<IReadOnlyList<Bundle>> SendNowAsync(CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(_one.Keys.Select(pool => SendNowAsync(pool, cancellationToken)))).OfType<Bundle>()];

    /// <summary>One bundle of an EntryPoint, or <c>null</c> when there is none now.</summary>
    public async Task<Bundle?> SendNowAsync(Mempool pool, CancellationToken cancellationToken)
    {
        SemaphoreSlim one = _one[pool];
        await one.WaitAsync(cancellationToken);
        try
        {
            ChainHead head = await _heads.CurrentAsync(cancellationToken);
            return _drain.HasBegun || !_duties.Builds(pool.EntryPoint.Address) ? null : await BuildOneAsync(pool, head, cancellationToken);
        }
        finally
        {
            one.Release();
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
        if (pool.Pending == 0)
        {
            return null;
        }

        using SignerPlace? place = _signers.TryReserve();
        _hasNoPlace = place is null;
        if (place is null || await _builder.BuildAsync(pool, head, place.Address, cancellationToken) is not { } bundle)
        {
            return null;
        }

        bool handedOver = false;
        try
        {
            handedOver = await HandOverAsync(place, bundle, cancellationToken);
        }
        finally
        {
            if (!handedOver)
            {
                _builder.GiveBack(pool, bundle);
            }
        }

        return handedOver ? bundle : null;
    }

    /// <summary>False when the signer can send nothing any more.</summary>
    private async Task<bool> HandOverAsync(SignerPlace place, Bundle bundle, CancellationToken cancellationToken)
    {
        await _handingOver.WaitAsync(cancellationToken);
        SignerLease? lease = place.TryLease();
        bool handedOver = false;
        try
        {
            if (lease is null)
            {
                return false;
            }

            _fates[bundle.Id] = new TaskCompletionSource<Hash32?>(TaskCreationOptions.RunContinuationsAsynchronously);
            await _queue.WriteAsync(new LeasedBundle(bundle, lease), cancellationToken);
            handedOver = true;
            _logger.Built(bundle.Id, bundle.Entries.Count, bundle.EntryPoint.VersionText, bundle.GasLimit);
            return true;
        }
        finally
        {
            if (!handedOver)
            {
                lease?.Dispose();
            }

            _handingOver.Release();
        }
    }
}
