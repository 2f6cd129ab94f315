using Bundler.Ethereum.Crypto;
using Bundler.Signing;
using Bundler.Signing.LocalKey;

namespace Bundler.Node.Startup;

/// <summary>The chain ids of development chains, and the key that everybody knows.</summary>
internal static class DevelopmentChain
{
    /// <summary>The second account of anvil and Hardhat, m/44'/60'/0'/0/1 of "test test test test test test test test test test test junk".</summary>
    private const string WellKnownKey = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

    /// <summary>geth --dev and Ganache call themselves 1337, anvil and Hardhat 31337.</summary>
    public static IReadOnlyList<ulong> Ids { get; } = [1337, 31337];

    /// <summary>Signs with the key that everybody knows.</summary>
    public static Keyring Keyring() => new([new NamedSigner("WellKnown", new LocalKeySigner(PrivateKey.Parse(WellKnownKey)))]);
}
