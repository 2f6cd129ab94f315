using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.LocalKey;
using Bundler.Testing;

namespace Bundler.Tests.Signing;

/// <summary>The contract over a key in this process.</summary>
public sealed class LocalKeySignerContractTests : SignerContract
{
    protected override (ISigner Signer, Address Address) Create() =>
        (new LocalKeySigner(PrivateKey.Parse(DevAccounts.All[0].PrivateKey)), DevAccounts.All[0].Address);
}
