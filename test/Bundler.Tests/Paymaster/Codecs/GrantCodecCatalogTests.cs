using Bundler.Erc4337.EntryPoints;
using Bundler.Paymaster.Codecs;

namespace Bundler.Tests.Paymaster.Codecs;

public sealed class GrantCodecCatalogTests
{
    [TestCase("node", EntryPointVersion.V09, true)]
    [TestCase("pimlico", EntryPointVersion.V08, false)]
    [TestCase("verifying", EntryPointVersion.V09, false)]
    [TestCase("nobody", EntryPointVersion.V07, false)]
    public void A_kind_is_known_on_the_EntryPoints_it_was_compared_on(string kind, EntryPointVersion version, bool known) =>
        Assert.That(GrantCodecCatalog.Find(kind, version) is not null, Is.EqualTo(known));
}
