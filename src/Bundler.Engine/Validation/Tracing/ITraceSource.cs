using Bundler.Ethereum.Client;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>One debug_traceCall of handleOps, made into a <see cref="ValidationTrace"/>.</summary>
public interface ITraceSource
{
    /// <summary>The tracer in words, for logs, health and web3_clientVersion: <c>erc7562Tracer</c>, <c>javascript</c>, <c>none (unsafe)</c>.</summary>
    string Name { get; }

    /// <summary>False for the source of nodes without a tracer: frames carry no opcodes and no slots, the rules cannot be judged.</summary>
    bool SeesOpcodes { get; }

    /// <summary>Traces the call on top of a block.</summary>
    /// <exception cref="UntraceableException">The trace takes longer, or is larger, than is allowed.</exception>
    Task<ValidationTrace> TraceAsync(CallRequest call, BlockTag block, StateOverride? overrides, CancellationToken cancellationToken);
}

/// <summary>A node in good order gives no trace of this call, for its time or its size: what it runs is too heavy to judge.</summary>
public sealed class UntraceableException(string message, bool isDoubtful = false) : Exception(message)
{
    /// <summary>The node stood still besides: that may be its own trouble, or what the call does to it.</summary>
    public bool IsDoubtful { get; } = isDoubtful;
}
