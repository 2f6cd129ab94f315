using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>The node has no tracer that can judge ERC-7562's rules, and the operator has not allowed to go without.</summary>
public sealed class TracerMissingException(string message) : Exception(message);

/// <summary>What the probe found before the rooms were put together, so that the node is asked once.</summary>
/// <param name="Name">The <see cref="ITraceSource.Name"/>.</param>
public sealed record FoundTracer(string Name);

/// <summary>Asks the node once which tracer it has, by a call that does nothing.</summary>
public sealed class TracerProbe
{
    private readonly ValidationOptions _options;
    private readonly NativeTracer _native;
    private readonly JsTracer _javaScript;
    private readonly NoTracer _without;
    private readonly ILogger<TracerProbe> _logger;

    public TracerProbe(
        EthClient eth, DebugClient debug, IOptions<ValidationOptions> options, TimeProvider clock, ILogger<TracerProbe> logger, FoundTracer? found = null)
    {
        _options = options.Value;
        _native = new NativeTracer(eth, debug, options, clock);
        _javaScript = new JsTracer(eth, debug, options, clock);
        _without = new NoTracer(eth);
        Known = new ITraceSource[] { _native, _javaScript, _without }.FirstOrDefault(tracer => tracer.Name == found?.Name);
        _logger = logger;
    }

    /// <summary>What was found before these rooms were put together; <c>null</c>: nobody has asked yet.</summary>
    public ITraceSource? Known { get; }

    /// <summary>The best tracer that works, or the one that is configured.</summary>
    /// <exception cref="TracerMissingException">None works and <see cref="ValidationOptions.Unsafe"/> is not set.</exception>
    /// <exception cref="TransportException">The node gave no answer.</exception>
    public async Task<ITraceSource> FindAsync(CancellationToken cancellationToken)
    {
        List<string> refusals = [];
        foreach (ITraceSource candidate in Candidates())
        {
            if (await RefusalAsync(candidate, cancellationToken) is { } refusal)
            {
                refusals.Add($"{candidate.Name}: {refusal}");
                continue;
            }

            _logger.TracerFound(candidate.Name);
            return candidate;
        }

        if (!_options.Unsafe)
        {
            throw new TracerMissingException(
                "the Ethereum node has no tracer that validates operations"
                + (refusals.Count == 0 ? "" : $" ({string.Join("; ", refusals)})")
                + $"; give it the debug namespace, or set {ValidationOptions.Section}:Unsafe to run without the rules of ERC-7562");
        }

        _logger.TracerMissing();
        return _without;
    }

    private IEnumerable<ITraceSource> Candidates() => _options.Tracer switch
    {
        TracerChoice.Native => [_native],
        TracerChoice.JavaScript => [_javaScript],
        TracerChoice.None => [],
        _ => [_native, _javaScript],
    };

    /// <summary>Why the node does not do it; <c>null</c> if it does.</summary>
    private static async Task<string?> RefusalAsync(ITraceSource candidate, CancellationToken cancellationToken)
    {
        try
        {
            await candidate.TraceAsync(HandleOpsCall.Nothing, BlockTag.Latest, null, cancellationToken);
            return null;
        }
        catch (JsonRpcException refusal)
        {
            return refusal.Error.ToString();
        }
        catch (CodecException fault)
        {
            return $"its answer is not a trace ({fault.Message})";
        }
    }
}
