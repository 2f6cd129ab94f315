using Bundler.Ethereum.Client;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>The tracer that the probe knows or finds, asked for when it is first needed; a probe that fails is tried again.</summary>
public sealed class ProbedTraceSource(TracerProbe probe) : ITraceSource
{
    private readonly Lock _lock = new();
    private Task<ITraceSource>? _probing;
    private volatile ITraceSource? _found = probe.Known;

    public string Name => _found?.Name ?? "not asked yet";

    public bool SeesOpcodes => _found?.SeesOpcodes ?? true;

    /// <summary>Asks the node, unless it has answered before; for the checks at start.</summary>
    /// <exception cref="TracerMissingException">See <see cref="TracerProbe.FindAsync"/>.</exception>
    public async Task<ITraceSource> ProbeAsync(CancellationToken cancellationToken)
    {
        if (_found is { } known)
        {
            return known;
        }

        Task<ITraceSource> probing;
        lock (_lock)
        {
            // Many may wait for one answer, so nobody's impatience cancels it.
            if (_probing is null or { IsFaulted: true })
            {
                _probing = probe.FindAsync(CancellationToken.None);
            }

            probing = _probing;
        }

        ITraceSource found = await probing.WaitAsync(cancellationToken);
        _found = found;
        return found;
    }

    public async Task<ValidationTrace> TraceAsync(CallRequest call, BlockTag block, StateOverride? overrides, CancellationToken cancellationToken)
    {
        ITraceSource source = _found ?? await ProbeAsync(cancellationToken);
        return await source.TraceAsync(call, block, overrides, cancellationToken);
    }
}
