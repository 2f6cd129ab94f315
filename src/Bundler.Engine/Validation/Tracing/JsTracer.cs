using System.Globalization;
using System.Text.Json;
using Bundler.Ethereum.Client;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>The facts of ERC-7562 from our own JavaScript tracer, for nodes without the native one (anvil, reth, older geth).</summary>
internal sealed class JsTracer(EthClient eth, DebugClient debug, IOptions<ValidationOptions> options, TimeProvider clock) : ITraceSource
{
    private const string Resources = "Bundler.Engine.Validation.Tracing.jstracer.";

    private readonly TimeSpan _timeout = options.Value.TraceTimeout;

    public string Name => "javascript";

    public bool SeesOpcodes => true;

    /// <summary>The tracer as it is sent, with the one list of opcodes that are not counted.</summary>
    public static string Source { get; } = Load("erc7562");

    public async Task<ValidationTrace> TraceAsync(CallRequest call, BlockTag block, StateOverride? overrides, CancellationToken cancellationToken)
    {
        JsonElement result = await TraceFault.GuardAsync(
            _timeout,
            clock,
            () => debug.TraceCallAsync(call, block, Source, null, overrides, null, _timeout, cancellationToken),
            () => eth.BlockNumberAsync(cancellationToken));
        return JsTraceReader.Read(result);
    }

    /// <summary>A tracer of ours by the name of its file.</summary>
    internal static string Load(string name)
    {
        string resource = $"{Resources}{name}.js";
        using Stream stream = typeof(JsTracer).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"the resource {resource} is not embedded");
        using StreamReader reader = new(stream);
        string ignored = string.Join(',', TracedOpcodes.Ignored.Select(opcode => opcode.ToString(CultureInfo.InvariantCulture)));
        return reader.ReadToEnd().Replace("/*IGNORED*/", ignored, StringComparison.Ordinal).Trim();
    }
}
