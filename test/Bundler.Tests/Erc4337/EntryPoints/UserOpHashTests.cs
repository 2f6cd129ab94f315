using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Erc4337;

public sealed class UserOpHashTests
{
    [TestCase(EntryPointVersion.V07, "0x5f7f113a6a4f2f4c27bee252be9f61a546ceeb85b3c5ce5ea712af99b74b3b1f")]
    public void A_plain_operation_has_the_hash_of_its_version(EntryPointVersion version, string hash) =>
        Assert.That(Hash(version, VectorOperation.Plain), Is.EqualTo(hash));

    [TestCase(EntryPointVersion.V07, "0x16e4d17cb1a4e1e91f1110504607dff4a143c4ce3ca8f29894e6451712d89c76")]
    public void A_paymaster_with_its_limits_is_part_of_the_hash(EntryPointVersion version, string hash) =>
        Assert.That(Hash(version, VectorOperation.WithPaymaster), Is.EqualTo(hash));

    private static string Hash(EntryPointVersion version, UserOperation operation, Address? @delegate = null) =>
        EntryPointCatalog.Canonical.Single(entryPoint => entryPoint.Version == version)
            .Hash(operation, VectorOperation.ChainId, @delegate)
            .ToString();
}
