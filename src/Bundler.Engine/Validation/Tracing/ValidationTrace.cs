using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>
/// The validation phase of one handleOps call as a tree of frames, whichever tracer saw it. The root is the EntryPoint's frame;
/// recording ends at BeforeExecution.
/// </summary>
/// <param name="Root">The frame of the EntryPoint.</param>
/// <param name="KeccakPreimages">The inputs of KECCAK256 that begin with an address as a word, for associated storage.</param>
/// <param name="ReachedExecution">BeforeExecution was emitted: validation of every operation passed.</param>
public sealed record ValidationTrace(CallFrame Root, IReadOnlyCollection<Bytes> KeccakPreimages, bool ReachedExecution);
