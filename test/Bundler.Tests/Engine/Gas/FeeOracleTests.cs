using System.Text.Json.Nodes;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Gas;

public sealed class FeeOracleTests
{
    private const string TipMethod = "eth_maxPriorityFeePerGas";

    private FakeNode _node = null!;
    private HeadFeed _heads = null!;

    [SetUp]
    public void SetUp()
    {
        _node = new FakeNode().Answers(TipMethod, "0x64");
        _heads = new HeadFeed();
    }

    [Test]
    public async Task The_quote_has_the_heads_base_fee_and_the_nodes_tip()
    {
        _heads.Publish(A.Head(1) with { BaseFeePerGas = 7 }, A.Moment);

        Assert.That(await Oracle(floor: 10).CurrentAsync(default), Is.EqualTo(new FeeQuote(BaseFeePerGas: 7, SuggestedTip: 100, FloorTip: 10)));
    }

    [Test]
    public async Task The_suggested_tip_is_never_below_the_floor()
    {
        _heads.Publish(A.Head(1), A.Moment);

        Assert.That((await Oracle(floor: 101).CurrentAsync(default)).SuggestedTip, Is.EqualTo((UInt256)101));
    }

    [Test]
    public async Task The_node_is_asked_once_for_a_head()
    {
        FeeOracle oracle = Oracle();
        _heads.Publish(A.Head(1), A.Moment);
        await oracle.CurrentAsync(default);

        await oracle.CurrentAsync(default);

        Assert.That(_node.CountOf(TipMethod), Is.EqualTo(1));
    }

    [Test]
    public async Task The_node_is_asked_again_for_the_next_head()
    {
        FeeOracle oracle = Oracle();
        _heads.Publish(A.Head(1), A.Moment);
        await oracle.CurrentAsync(default);
        _heads.Publish(A.Head(2), A.Moment);

        await oracle.CurrentAsync(default);

        Assert.That(_node.CountOf(TipMethod), Is.EqualTo(2));
    }

    [Test]
    public async Task Callers_who_come_while_the_node_is_asked_wait_for_its_one_answer()
    {
        TaskCompletionSource<JsonNode?> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _node.On(TipMethod, (_, _) => answer.Task);
        FeeOracle oracle = Oracle();
        _heads.Publish(A.Head(1), A.Moment);
        Task<FeeQuote>[] callers = [.. Enumerable.Range(0, 5).Select(_ => oracle.CurrentAsync(default).AsTask())];
        answer.SetResult("0x64");

        await Task.WhenAll(callers);

        Assert.That(_node.CountOf(TipMethod), Is.EqualTo(1));
    }

    [Test]
    public async Task A_fault_of_the_node_is_not_remembered()
    {
        FeeOracle oracle = Oracle();
        _heads.Publish(A.Head(1), A.Moment);
        _node.Fails(TipMethod);
        Assert.That(async () => await oracle.CurrentAsync(default), Throws.InstanceOf<TransportException>());
        _node.Answers(TipMethod, "0x64");

        Assert.That((await oracle.CurrentAsync(default)).SuggestedTip.ToString(), Is.EqualTo("100"));
    }

    [Test]
    public void Before_the_first_quote_the_latest_is_the_floor()
    {
        _heads.Publish(A.Head(1) with { BaseFeePerGas = 7 }, A.Moment);

        Assert.That(Oracle(floor: 10).Latest, Is.EqualTo(new FeeQuote(BaseFeePerGas: 7, SuggestedTip: 10, FloorTip: 10)));
    }

    [TestCase(110UL, 10UL, null)]
    [TestCase(109UL, 10UL, "maxFeePerGas")]
    [TestCase(110UL, 9UL, "maxPriorityFeePerGas")]
    [TestCase(110UL, 111UL, "maxPriorityFeePerGas")]
    [TestCase(110UL, 110UL, null)]
    public void Fees_reach_the_base_fee_and_the_floor(ulong maxFee, ulong tip, string? field) =>
        Assert.That(Check(new GasOptions(), maxFee, tip), Is.EqualTo(field));

    [TestCase(80, 90UL, null)]
    [TestCase(80, 89UL, "maxFeePerGas")]
    [TestCase(150, 160UL, null)]
    [TestCase(150, 159UL, "maxFeePerGas")]
    public void An_operator_may_ask_for_a_share_of_the_base_fee(int percent, ulong maxFee, string? field) =>
        Assert.That(Check(new GasOptions { AcceptBaseFeePercent = percent }, maxFee, 10), Is.EqualTo(field));

    private string? Check(GasOptions options, ulong maxFee, ulong tip)
    {
        UserOperation operation = A.UserOperation() with { MaxFeePerGas = maxFee, MaxPriorityFeePerGas = tip };
        return ((Rejection.InvalidFields?)Oracle(options: options).Check(operation, new FeeQuote(BaseFeePerGas: 100, SuggestedTip: 50, FloorTip: 10)))?.Field;
    }

    private FeeOracle Oracle(ulong floor = 1, GasOptions? options = null) =>
        new(new EthClient(_node), _heads, A.Chain with { MinPriorityFeeWei = floor }, Options.Create(options ?? new GasOptions()));
}
