using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Signing.Health;

/// <summary>
/// What is known of a signer from its last signature or probe. Tells the operator when it stops signing, when the reason changes, each
/// minute while that lasts, and when it signs again.
/// </summary>
internal sealed class SignerRecord(string name, Address address, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private SignerHealth? _latest;
    private DateTimeOffset _downSince;
    private long _toldAt;

    public SignerHealth? Latest
    {
        get
        {
            lock (_lock)
            {
                return _latest;
            }
        }
    }

    public void Note(SignerHealth health)
    {
        SignerHealth? before;
        bool tells;
        lock (_lock)
        {
            before = _latest;
            _latest = health;
            tells = health.Fault != before?.Fault || (!health.IsHealthy && clock.GetElapsedTime(_toldAt) >= Reminder);
            _toldAt = tells ? clock.GetTimestamp() : _toldAt;
            _downSince = before is { IsHealthy: false } ? _downSince : health.At;
        }

        SigningMetrics.Seen(address, health.IsHealthy);
        if (health.Fault is { } fault)
        {
            SigningMetrics.Faulted(address, fault);
            if (tells)
            {
                logger.SignerDown(name, address, fault, health.Reason, health.IsTransient);
            }
        }
        else if (before is { IsHealthy: false })
        {
            logger.SignerUp(name, address, (health.At - _downSince).TotalSeconds);
        }
    }
}
