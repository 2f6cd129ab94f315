namespace Bundler.Rpc;

/// <summary>What the node says of itself: name/version/platform, as web3_clientVersion answers.</summary>
public sealed record NodeDescription(string ClientVersion);
