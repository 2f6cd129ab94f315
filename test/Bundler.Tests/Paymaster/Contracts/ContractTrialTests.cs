using System.Text.Json.Nodes;
using Bundler.Contracts;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Contracts;
using Bundler.Testing;

namespace Bundler.Tests.Paymaster.Contracts;

/// <summary>What is signed for before anything is.</summary>
public sealed class ContractTrialTests
{
    private static readonly Bytes _known = ContractArtifact.NodeVerifyingPaymasterV07.DeployedBytecode;
    private static readonly Bytes _unknown = Bytes.Concat(_known, Bytes.Parse("0x00"));

    [Test]
    public async Task S0_04_code_that_is_not_known_is_signed_for_only_where_the_operator_vouches_for_it()
    {
        FakeNode node = new();
        node.Answers("eth_getCode", _unknown.ToString());
        node.Answers("eth_call", "0x" + new string('1', 64));

        Assert.That(await FaultAsync(node, acceptsUnknownCode: false), Does.Contain("AcceptUnknownCode"));
        Assert.That(node.CountOf("eth_call"), Is.Zero, "not even asked");
        Assert.That(await FaultAsync(node, acceptsUnknownCode: true), Does.Contain("hashes an operation otherwise"), "its hash is compared all the same");
    }

    [Test]
    public async Task Row_10_a_contract_that_hashes_otherwise_is_not_signed_for()
    {
        FakeNode node = new();
        node.Answers("eth_getCode", _known.ToString());
        node.Answers("eth_call", "0x" + new string('1', 64));

        Assert.That(await FaultAsync(node, acceptsUnknownCode: false), Does.Contain("hashes an operation otherwise"));
    }

    [Test]
    public async Task Where_there_is_no_contract_nothing_is_signed()
    {
        FakeNode node = new();
        node.Answers("eth_getCode", JsonValue.Create("0x"));

        Assert.That(await FaultAsync(node, acceptsUnknownCode: true), Does.Contain("no contract"));
    }

    [Test]
    public async Task A_contract_that_failed_is_asked_again_after_a_while()
    {
        FakeNode node = new();
        node.AnswersInTurn("eth_getCode", JsonValue.Create("0x"), JsonValue.Create("0x6001"));
        ManualTimeProvider clock = new();
        ContractTrial trial = new(new EthClient(node), clock);

        string? first = await trial.FaultAsync(Paymaster(acceptsUnknownCode: false), default);
        string? second = await trial.FaultAsync(Paymaster(acceptsUnknownCode: false), default);
        clock.Advance(TimeSpan.FromSeconds(10));
        string? third = await trial.FaultAsync(Paymaster(acceptsUnknownCode: false), default);

        Assert.That((second, node.CountOf("eth_getCode")), Is.EqualTo((first, 2)));
        Assert.That(third, Is.Not.EqualTo(first));
    }

    private static async Task<string?> FaultAsync(FakeNode node, bool acceptsUnknownCode) =>
        await new ContractTrial(new EthClient(node), new ManualTimeProvider()).FaultAsync(Paymaster(acceptsUnknownCode), default);

    private static SponsoredPaymaster Paymaster(bool acceptsUnknownCode)
    {
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V07);
        IGrantCodec codec = GrantCodecCatalog.Find(NodeGrantCodec.Name, EntryPointVersion.V07)!;
        return new SponsoredPaymaster("mine", new GrantSite(entryPoint, A.Account, 1), codec, null!, [], acceptsUnknownCode);
    }
}
