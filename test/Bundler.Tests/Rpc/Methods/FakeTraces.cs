using Bundler.Engine.Validation.Tracing;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Rpc.Methods;

/// <summary>Every operation of <see cref="A.Account"/> is valid, and its validation uses 40,000 gas.</summary>
internal sealed class FakeTraces : ITraceSource
{
    /// <summary>What the account's frame does instead.</summary>
    public Func<CallFrame, CallFrame> InAccount { get; set; } = static frame => frame;

    /// <summary>What the EntryPoint reverts with; null: it does not.</summary>
    public Bytes? Revert { get; set; }

    public string Name => "fake";

    public bool SeesOpcodes => true;

    public Task<ValidationTrace> TraceAsync(CallRequest call, BlockTag block, StateOverride? overrides, CancellationToken cancellationToken)
    {
        ValidationTrace trace = A.Trace().Build();
        CallFrame account = InAccount(trace.Root.Calls[0] with { GasUsed = 40_000, Gas = 100_000, Output = Hash32.Zero.ToBytes() });
        CallFrame root = trace.Root with { Calls = [account, .. trace.Root.Calls.Skip(1)] };
        return Task.FromResult(Revert is { } revert
            ? trace with { Root = root with { Error = "execution reverted", Output = revert }, ReachedExecution = false }
            : trace with { Root = root });
    }
}
