using Bundler.Ethereum.Primitives;
using Bundler.Node.Commands;

namespace Bundler.Tests.Node.Commands;

public sealed class PaymasterArgumentsTests
{
    private const string One = "0x00000000000000000000000000000000000000a1";
    private const string Other = "0x00000000000000000000000000000000000000b1";

    [Test]
    public void A_plan_is_asked_with_a_wish_and_the_rest_is_configuration()
    {
        PaymasterArguments asked = PaymasterArguments.Parse(["plan", "--wish", "wish.json", "--safe", "safe.json", "--json", "--rpc-url", "http://x", "--config", "node.json"]);

        Assert.That(asked.Findings, Is.Empty);
        Assert.That((asked.Verb, asked.WishFile, asked.SafeFile, asked.Json), Is.EqualTo(("plan", "wish.json", "safe.json", true)));
        Assert.That(asked.Configuration.ConfigFile, Is.EqualTo("node.json"));
        Assert.That(asked.Configuration.Layer.Settings["Bundler:Ethereum:Url"], Is.EqualTo("http://x"));
    }

    [Test]
    public void A_rotation_is_asked_with_both_signers()
    {
        PaymasterArguments asked = PaymasterArguments.Parse(["rotate-signer", "--paymaster", "v07", "--from", One, "--to", Other, "--switched", "1700000000"]);

        Assert.That(asked.Findings, Is.Empty);
        Assert.That((asked.From, asked.To, asked.SwitchedAt, asked.IsIncident), Is.EqualTo((Address.Parse(One), Address.Parse(Other), (ulong?)1_700_000_000, false)));
        Assert.That(PaymasterArguments.Parse(["rotate-signer", "--incident"]).IsIncident);
    }

    [Test]
    public void A_withdrawal_is_asked_with_amounts_in_wei()
    {
        PaymasterArguments asked = PaymasterArguments.Parse(["withdraw-plan", "--paymaster", "v07", "--to", One, "--amount", "5", "--owed", "6"]);

        Assert.That(asked.Findings, Is.Empty);
        Assert.That((asked.Amount, asked.Owed), Is.EqualTo(((UInt256?)5, (UInt256?)6)));
    }

    [TestCase("", "needs one of status, self-check, plan, verify, rotate-signer, withdraw-plan")]
    [TestCase("plan", "plan needs --wish")]
    [TestCase("plan --wish", "--wish needs a value")]
    [TestCase("verify --wish w --safe s", "verify does not take --safe")]
    [TestCase("status --to 0x00000000000000000000000000000000000000a1", "status does not take --to")]
    [TestCase("rotate-signer --paymaster v07 --from 0x00000000000000000000000000000000000000a1", "rotate-signer needs --to")]
    [TestCase("rotate-signer --from 0x12", "--from is malformed")]
    [TestCase("rotate-signer --switched yesterday", "--switched is malformed")]
    [TestCase("withdraw-plan --amount 1.5", "--amount is malformed")]
    [TestCase("withdraw-plan --amount -5", "--amount is malformed")]
    [TestCase("status --sinner x", "Unknown option --sinner")]
    public void What_cannot_be_understood_is_told(string line, string finding)
    {
        PaymasterArguments asked = PaymasterArguments.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.That(asked.Findings.Concat(asked.Configuration.Findings), Has.Some.Contains(finding));
    }
}
