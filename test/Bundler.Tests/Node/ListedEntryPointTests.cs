using Bundler.Engine.Chain;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Node.Startup;
using Bundler.Testing;

namespace Bundler.Tests.Node;

public sealed class ListedEntryPointTests
{
    private static readonly KnownEntryPoint[] _known =
    [
        new(Deployments.EntryPointV06, EntryPointVersion.V06), new(Deployments.EntryPointV07, EntryPointVersion.V07),
    ];

    [Test]
    public void An_empty_list_is_all_that_the_chain_knows() =>
        Assert.That(ListedEntryPoint.Read("", _known), Is.EqualTo(new[]
        {
            new ListedEntryPoint(Deployments.EntryPointV06, EntryPointVersion.V06, false),
            new ListedEntryPoint(Deployments.EntryPointV07, EntryPointVersion.V07, false),
        }));

    [Test]
    public void A_listed_address_has_the_version_that_is_known_or_given()
    {
        string serve = $"{Deployments.EntryPointV07}, {Deployments.EntryPointV09}=0.9,{Deployments.EntryPointV08},{Deployments.EntryPointV07}";

        Assert.That(ListedEntryPoint.Read(serve, _known), Is.EqualTo(new[]
        {
            new ListedEntryPoint(Deployments.EntryPointV07, EntryPointVersion.V07, true),
            new ListedEntryPoint(Deployments.EntryPointV09, EntryPointVersion.V09, true),
            new ListedEntryPoint(Deployments.EntryPointV08, null, true),
        }));
    }

    [TestCase("0x1234", "0x1234 is not an address")]
    [TestCase("0x0000000071727De22E5E9d8BAf0edAc6f37da032=1.0", "must end with one of the versions 0.6, 0.7, 0.8 or 0.9")]
    public void A_malformed_entry_is_named(string serve, string fault) =>
        Assert.That(() => ListedEntryPoint.Read(serve, _known), Throws.TypeOf<CodecException>().With.Message.Contains(fault));
}
