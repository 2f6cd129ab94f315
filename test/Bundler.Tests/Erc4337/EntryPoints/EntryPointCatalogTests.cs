using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Erc4337;

public sealed class EntryPointCatalogTests
{
    [Test]
    public void Every_version_has_its_canonical_address() =>
        Assert.That(
            EntryPointCatalog.Canonical.Select(entryPoint => $"{entryPoint.VersionText} {entryPoint.Address}"),
            Is.EqualTo((string[])
            [
                "0.6 0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789",
                "0.7 0x0000000071727De22E5E9d8BAf0edAc6f37da032",
                "0.8 0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108",
                "0.9 0x433709009B8330FDa32311DF1C2AFA402eD8D009",
            ]));

    [Test]
    public void A_version_may_live_at_another_address()
    {
        Address candidate = Address.Parse("0xF57e9E98dA1EeD5f7e4D5c6e76050bB9B3a4e0dA");

        EntryPoint entryPoint = EntryPointCatalog.Create(EntryPointVersion.V09, candidate);

        Assert.That(entryPoint.Address, Is.EqualTo(candidate));
        Assert.That(entryPoint.Operations, Is.TypeOf<OperationCodecV09>());
    }
}
