using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>
/// The deployer that stands at one address on most chains, whoever put it there: CREATE2 (EIP-1014) of its call data behind a salt. What it makes has an address that depends on salt and code
/// alone, so anybody may send the transaction, and who sends it a second time makes nothing.
/// </summary>
public static class DeterministicDeployer
{
    /// <summary>The same on every chain.</summary>
    public static Address Address { get; } = Address.Parse("0x4e59b44847b379578588920cA78FbF26c0B4956C");

    /// <summary>Where a contract will be.</summary>
    public static Address AddressOf(Hash32 salt, Bytes initCode) => new(Keccak256.Hash(
        Bytes.Concat(Bytes.From([0xff]), Address.ToBytes(), salt.ToBytes(), Keccak256.Hash(initCode.Span).ToBytes()).Span).Span[12..]);

    /// <summary>Call data that puts it there.</summary>
    public static Bytes CallData(Hash32 salt, Bytes initCode) => Bytes.Concat(salt.ToBytes(), initCode);
}
