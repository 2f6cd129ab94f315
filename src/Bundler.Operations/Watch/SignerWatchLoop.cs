using System.Runtime.CompilerServices;
using Bundler.Engine;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.Guard;
using Bundler.Signing.Health;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Operations.Watch;

/// <summary>
/// Asks keys whether they sign: each at the start, then those that nobody used for long, and those that do not sign again and again, with
/// pauses that double up to a bound. That is how signing resumes by itself: a key that is down is leased to no bundle.
/// </summary>
internal sealed class SignerWatchLoop(
    GuardedKeyring keyring, IOptions<KeyServiceOptions> options, ILogger<SignerWatchLoop> logger, TimeProvider clock)
    : EngineLoop<IReadOnlyList<ITransactionSigner>>(logger, clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly TimeSpan _idle = options.Value.ProbeSeconds == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(options.Value.ProbeSeconds);
    private readonly Dictionary<Address, TimeSpan> _pauses = [];

    protected override async IAsyncEnumerable<IReadOnlyList<ITransactionSigner>> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Interval, Clock);
        do
        {
            if (keyring.Signers.Where(IsDue).ToArray() is { Length: > 0 } due)
            {
                yield return due;
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    protected override Task StepAsync(IReadOnlyList<ITransactionSigner> item, CancellationToken cancellationToken) =>
        Task.WhenAll(item.Select(async signer =>
        {
            bool wasDown = signer.Health is { IsHealthy: false };
            SignerHealth health = await signer.ProbeAsync(cancellationToken);
            lock (_pauses)
            {
                _pauses[signer.Address] = wasDown && !health.IsHealthy ? Longer(PauseOf(signer)) : FirstPause;
            }
        }));

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private bool IsDue(ITransactionSigner signer) => signer.Health switch
    {
        null => true,
        { IsHealthy: true } health => _idle != Timeout.InfiniteTimeSpan && health.IsOlderThan(_idle, Clock.GetUtcNow()),
        { } health => health.IsOlderThan(PauseOf(signer), Clock.GetUtcNow()),
    };

    private TimeSpan PauseOf(ITransactionSigner signer)
    {
        lock (_pauses)
        {
            return _pauses.GetValueOrDefault(signer.Address, FirstPause);
        }
    }
}
