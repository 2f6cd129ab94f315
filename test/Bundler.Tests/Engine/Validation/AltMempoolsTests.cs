using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation;

public sealed class AltMempoolsTests
{
    private static readonly RuleViolation _violation =
        new(Erc7562Rule.Op011, new Entity(EntityKind.Paymaster, A.Paymaster), "paymaster uses banned opcode: TIMESTAMP") { Address = A.Contract };

    [TestCase("""[{"rule":"OP-011"}]""", true)]
    [TestCase("""[{"name":"oracle","rule":"OP-011","entity":"paymaster","address":"0x3333333333333333333333333333333333333333"}]""", true)]
    [TestCase("""[{"rule":"OP-011","contract":"0x5555555555555555555555555555555555555555"}]""", true)]
    [TestCase("""[{"rule":"OP-012"}]""", false)]
    [TestCase("""[{"rule":"OP-011","entity":"account"}]""", false)]
    [TestCase("""[{"rule":"OP-011","address":"0x4444444444444444444444444444444444444444"}]""", false)]
    [TestCase("[]", false)]
    public void ALT_020_an_entry_admits_what_it_names(string json, bool admitted) =>
        Assert.That(new AltMempools(AltMempools.Parse(json)).Admits(_violation), Is.EqualTo(admitted));

    [TestCase("{}")]
    [TestCase("nonsense")]
    [TestCase("""[{"entity":"account"}]""")]
    [TestCase("""[{"rule":"OP-011","entity":"nobody"}]""")]
    [TestCase("""[{"rule":"OP-011","adress":"0x4444444444444444444444444444444444444444"}]""")]
    public void A_malformed_file_is_refused(string json) => Assert.That(() => AltMempools.Parse(json), Throws.TypeOf<CodecException>());
}
