namespace Bundler.Engine;

/// <summary>The node is on its way out and takes nothing new.</summary>
public sealed class NodeStoppingException() : Exception("the node is shutting down");
