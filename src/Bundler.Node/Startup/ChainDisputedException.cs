namespace Bundler.Node.Startup;

/// <summary>The URLs are on different chains, and none of these has a majority.</summary>
internal sealed class ChainDisputedException(string message) : Exception(message);
