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
    private const string PriceMethod = "eth_gasPrice";

    private FakeNode _node = null!;
    private HeadFeed _heads = null!;
    private PriceFloor _floor = null!;

    [SetUp]
    public void SetUp()
    {
        _node = new FakeNode().Answers(PriceMethod, "0x6b");
        _heads = new HeadFeed();
    }

    [Test]
    public async Task The_quote_has_the_heads_base_fee_and_the_nodes_tip()
    {
        _heads.Publish(A.Head(1) with { BaseFeePerGas = 7 }, A.Moment);

        Assert.That(await Oracle(floor: 10).CurrentAsync(default), Is.EqualTo(new FeeQuote(BaseFeePerGas: 7, SuggestedTip: 100, FloorTip: 10)));
    }

    [Test]
    public async Task The_base_fee_is_the_coming_blocks_and_the_tip_the_median_of_the_blocks_that_took_any()
    {
        _heads.Publish(A.Head(1) with { BaseFeePerGas = 7 }, A.Moment);
        History(baseFees: ["0x5", "0x6", "0x7", "0x8", "0x9"], ratios: [0.1, 0, 0.2, 0.3], tips: ["0x1e", "0x0", "0x14", "0x28"]);

        Assert.That(await Oracle(floor: 10).CurrentAsync(default), Is.EqualTo(new FeeQuote(BaseFeePerGas: 9, SuggestedTip: 30, FloorTip: 10)));
    }

    [Test]
    public async Task While_blocks_are_empty_the_nodes_price_is_the_tip()
    {
        _heads.Publish(A.Head(1) with { BaseFeePerGas = 7 }, A.Moment);
        History(baseFees: ["0x8", "0x7"], ratios: [0], tips: ["0x0"]);

        Assert.That((await Oracle(floor: 10).CurrentAsync(default)).SuggestedTip, Is.EqualTo((UInt256)100));
    }

    [Test]
    public async Task The_suggested_tip_is_never_above_the_ceiling()
    {
        _heads.Publish(A.Head(1) with { BaseFeePerGas = 7 }, A.Moment);

        Assert.That((await Oracle(options: new GasOptions { MaxGasPriceWei = 60 }).CurrentAsync(default)).SuggestedTip, Is.EqualTo((UInt256)60));
    }

    [Test]
    public async Task A_floor_that_is_learnt_counts_at_once_for_what_is_required_and_for_what_is_suggested()
    {
        _heads.Publish(A.Head(1) with { BaseFeePerGas = 7 }, A.Moment);
        FeeOracle oracle = Oracle(floor: 10);
        await oracle.CurrentAsync(default);
        _floor.Learn(new SendError(SendErrorKind.TipTooLow, "", 150), 10);

        FeeQuote fees = await oracle.CurrentAsync(default);

        Assert.That(fees, Is.EqualTo(new FeeQuote(BaseFeePerGas: 7, SuggestedTip: 150, FloorTip: 150)));
        Assert.That(oracle.Check(A.UserOperation() with { MaxFeePerGas = 1_000, MaxPriorityFeePerGas = 149 }, fees), Is.Not.Null);
        Assert.That(oracle.Suggest(fees).Slow.MaxPriorityFeePerGas, Is.EqualTo((UInt256)150));
        Assert.That(_node.CountOf(PriceMethod), Is.EqualTo(1));
    }

    [Test]
    public async Task The_suggested_tip_is_never_below_the_floor()
    {
        _heads.Publish(A.Head(1) with { BaseFeePerGas = 7 }, A.Moment);

        Assert.That((await Oracle(floor: 101).CurrentAsync(default)).SuggestedTip, Is.EqualTo((UInt256)101));
    }

    [Test]
    public async Task The_node_is_asked_once_for_a_head()
    {
        FeeOracle oracle = Oracle();
        _heads.Publish(A.Head(1) with { BaseFeePerGas = 7 }, A.Moment);
        await oracle.CurrentAsync(default);

        await oracle.CurrentAsync(default);

        Assert.That(_node.CountOf(PriceMethod), Is.EqualTo(1));
    }

    [Test]
    public async Task The_node_is_asked_again_for_the_next_head()
    {
        FeeOracle oracle = Oracle();
        _heads.Publish(A.Head(1) with { BaseFeePerGas = 7 }, A.Moment);
        await oracle.CurrentAsync(default);
        _heads.Publish(A.Head(2) with { BaseFeePerGas = 7 }, A.Moment);

        await oracle.CurrentAsync(default);

        Assert.That(_node.CountOf(PriceMethod), Is.EqualTo(2));
    }

    [Test]
    public async Task Callers_who_come_while_the_node_is_asked_wait_for_its_one_answer()
    {
        TaskCompletionSource<JsonNode?> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _node.On(PriceMethod, (_, _) => answer.Task);
        FeeOracle oracle = Oracle();
        _heads.Publish(A.Head(1) with { BaseFeePerGas = 7 }, A.Moment);
        Task<FeeQuote>[] callers = [.. Enumerable.Range(0, 5).Select(_ => oracle.CurrentAsync(default).AsTask())];
        answer.SetResult("0x6b");

        await Task.WhenAll(callers);

        Assert.That(_node.CountOf(PriceMethod), Is.EqualTo(1));
    }

    [Test]
    public async Task A_fault_of_the_node_is_not_remembered()
    {
        FeeOracle oracle = Oracle();
        _heads.Publish(A.Head(1) with { BaseFeePerGas = 7 }, A.Moment);
        _node.Fails(PriceMethod);
        Assert.That(async () => await oracle.CurrentAsync(default), Throws.InstanceOf<TransportException>());
        _node.Answers(PriceMethod, "0x6b");

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

    private FeeOracle Oracle(ulong floor = 1, GasOptions? options = null)
    {
        IOptions<GasOptions> gas = Options.Create(options ?? new GasOptions());
        _floor = new PriceFloor(A.Chain with { MinPriorityFeeWei = floor }, gas, new ManualTimeProvider());
        return new FeeOracle(new EthClient(_node), _heads, _floor, gas);
    }

    private void History(string[] baseFees, double[] ratios, string[] tips) => _node.On("eth_feeHistory", _ => new JsonObject
    {
        ["oldestBlock"] = "0x1",
        ["baseFeePerGas"] = new JsonArray([.. baseFees.Select(fee => JsonValue.Create(fee))]),
        ["gasUsedRatio"] = new JsonArray([.. ratios.Select(ratio => JsonValue.Create(ratio))]),
        ["reward"] = new JsonArray([.. tips.Select(tip => new JsonArray(tip))]),
    });
}
