using Bundler.Ethereum.Access;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Ethereum.Access;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NonceWitnessesTests
{
    private static readonly ChainAccessOptions Options = new() { ChainId = 56 };

    private readonly FakeNode _one = AccessRig.Node("one").Answers("eth_getBalance", "0x1");
    private readonly FakeNode _two = AccessRig.Node("two").Answers("eth_getBalance", "0x2");
    private readonly FakeNode _three = AccessRig.Node("three").Answers("eth_getBalance", "0x3");
    private AccessRig _rig = null!;

    [SetUp]
    public async Task SetUp()
    {
        _rig = new AccessRig(Options, new ManualTimeProvider(), ("one", _one), ("two", _two), ("three", _three));
        await _rig.Probe.AllAsync(default);
    }

    [TestCase(5ul, 7ul, 7ul, 7ul)]
    [TestCase(99ul, 7ul, 7ul, 7ul)]
    [TestCase(7ul, 99ul, 7ul, 7ul)]
    [TestCase(99ul, 7ul, 8ul, 8ul, Description = "the honest ones stand before and after a block")]
    [TestCase(0ul, 7ul, 8ul, 7ul)]
    public async Task One_of_three_does_not_decide(ulong one, ulong two, ulong three, ulong expected)
    {
        Say(one, two, three);

        Assert.That(await new EthClient(_rig.Transport).GetTransactionCountAsync(A.Account, BlockTag.Latest, default), Is.EqualTo(expected));
    }

    [Test]
    public async Task Of_two_the_lower_counts()
    {
        Say(9, 7, 7);
        _three.Fails("eth_getTransactionCount");

        Assert.That(await new EthClient(_rig.Transport).GetTransactionCountAsync(A.Account, BlockTag.Latest, default), Is.EqualTo(7ul));
    }

    [Test]
    public async Task The_rest_of_a_batch_comes_from_one_place()
    {
        Say(99, 7, 7);
        EthBatch batch = new(_rig.Transport);
        Pending<UInt256> balance = batch.GetBalance(A.Account, BlockTag.Latest);
        Pending<ulong> nonce = batch.GetTransactionCount(A.Account, BlockTag.Latest);

        await batch.SendAsync(default);

        Assert.That((balance.Value, nonce.Value), Is.EqualTo(((UInt256)1, 7ul)));
        Assert.That(_two.CountOf("eth_getBalance") + _three.CountOf("eth_getBalance"), Is.Zero);
    }

    [Test]
    public async Task One_that_keeps_contradicting_is_out_until_it_agrees()
    {
        EthClient eth = new(_rig.Transport);
        Say(99, 7, 7);
        for (int i = 0; i < 3; i++)
        {
            Assert.That(_rig["one"].Health.Verdict.IsFit);
            await eth.GetTransactionCountAsync(A.Account, BlockTag.Latest, default);
        }

        Assert.That(_rig["one"].Health.Verdict, Is.EqualTo(new EndpointVerdict(EndpointState.Contradicting, "says nonce 99 where 2 others say 7")));
        Assert.That((await _rig.Transport.SendAsync(JsonRpcRequest.Create("eth_call"), default)).GetString(), Is.EqualTo("two"));

        Say(7, 7, 7);
        await eth.GetTransactionCountAsync(A.Account, BlockTag.Latest, default);
        Assert.That(_rig["one"].Health.Verdict.IsFit);
    }

    private void Say(ulong one, ulong two, ulong three)
    {
        _one.Answers("eth_getTransactionCount", $"0x{one:x}");
        _two.Answers("eth_getTransactionCount", $"0x{two:x}");
        _three.Answers("eth_getTransactionCount", $"0x{three:x}");
    }
}
