using Bundler.Ethereum.Crypto;

namespace Bundler.Signing;

/// <summary>A signer and its place in the configuration, such as AwsKms:one: what operators call it.</summary>
public sealed record NamedSigner(string Name, ISigner Signer);
