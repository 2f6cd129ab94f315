using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>For nodes without any tracer, and only when the operator says so: eth_call tells whether the EntryPoint accepts, and nothing else.</summary>
internal sealed class NoTracer(EthClient eth) : ITraceSource
{
    public string Name => "none (unsafe)";

    public bool SeesOpcodes => false;

    public async Task<ValidationTrace> TraceAsync(CallRequest call, BlockTag block, StateOverride? overrides, CancellationToken cancellationToken)
    {
        // The bound of gas that keeps traces short would let execution fail here, and hide that validation passed.
        CallFrame root = new() { Kind = CallKind.Call, From = call.From ?? Address.Zero, To = call.To };
        try
        {
            Bytes output = await eth.CallAsync(call with { Gas = null }, block, overrides, cancellationToken);
            return new ValidationTrace(root with { Output = output }, [], ReachedExecution: true);
        }
        catch (CallRevertedException reverted)
        {
            return new ValidationTrace(root with { Output = reverted.RevertData, Error = "execution reverted" }, [], ReachedExecution: false);
        }
    }
}
