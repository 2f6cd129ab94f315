using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>The facts of ERC-7562 from the node's own erc7562Tracer (geth 1.16+, BSC 1.7+): some fifty times faster than JavaScript.</summary>
internal sealed class NativeTracer(EthClient eth, DebugClient debug, IOptions<ValidationOptions> options, TimeProvider clock) : ITraceSource
{
    public const string TracerName = "erc7562Tracer";

    private const int StackTopItems = 3;

    private static readonly IReadOnlySet<uint> _innerHandleOp =
        new HashSet<uint> { OperationCalls.V06.InnerHandleOp.Selector, OperationCalls.V07.InnerHandleOp.Selector };

    private readonly TimeSpan _timeout = options.Value.TraceTimeout;

    public string Name => TracerName;

    public bool SeesOpcodes => true;

    public async Task<ValidationTrace> TraceAsync(CallRequest call, BlockTag block, StateOverride? overrides, CancellationToken cancellationToken)
    {
        JsonElement result = await TraceFault.GuardAsync(
            _timeout,
            clock,
            () => debug.TraceCallAsync(call, block, TracerName, Config(), overrides, null, _timeout, cancellationToken),
            () => eth.BlockNumberAsync(cancellationToken));
        return NativeTraceReader.Read(result, _innerHandleOp);
    }

    // The nodes' own lists of ignored opcodes differ, so they are told ours.
    private static JsonObject Config() => new()
    {
        ["stackTopItemsSize"] = StackTopItems,
        ["ignoredOpcodes"] = new JsonArray([.. TracedOpcodes.Ignored.Select(opcode => JsonValue.Create(Hex.EncodeQuantity(opcode)))]),
        ["withLog"] = false,
    };
}
