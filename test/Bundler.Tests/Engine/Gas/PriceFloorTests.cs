using Bundler.Engine.Gas;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Gas;

public sealed class PriceFloorTests
{
    private readonly ManualTimeProvider _clock = new();

    [Test]
    public void The_floor_is_the_chains_at_first() => Assert.That(Floor(50).Tip, Is.EqualTo((UInt256)50));

    [TestCase("transaction underpriced: gas tip cap 100, minimum needed 1000", 1_000u)]
    [TestCase("gas tip cap 100, minimum needed 1000", 1_000u)]
    [TestCase("transaction underpriced, gas price below minimum", 113u)]
    [TestCase("transaction underpriced", 113u)]
    [TestCase("replacement transaction underpriced", 50u)]
    [TestCase("nonce too low", 50u)]
    [TestCase("txpool is full", 50u)]
    [TestCase("account limit exceeded", 50u)]
    [TestCase("max fee per gas less than block base fee: address 0x1, maxFeePerGas: 100, baseFee: 1000", 50u)]
    public void A_refusal_for_the_price_raises_it_to_what_the_node_says_or_by_an_eighth(string answer, uint floor)
    {
        PriceFloor learns = Floor(50);
        SendError refusal = SendError.Classify(new JsonRpcError(-32000, answer, null));

        Assert.That(learns.Learn(refusal, 100), Is.EqualTo(floor > 50));
        Assert.That(learns.Tip, Is.EqualTo((UInt256)floor));
    }

    [Test]
    public void What_was_learnt_is_held_and_then_comes_down_by_halves()
    {
        PriceFloor floor = Floor(50);
        floor.Learn(Needs(450), 100);

        _clock.Advance(TimeSpan.FromSeconds(299));
        Assert.That(floor.Tip, Is.EqualTo((UInt256)450));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(floor.Tip, Is.EqualTo((UInt256)250));
        _clock.Advance(TimeSpan.FromSeconds(300));
        Assert.That(floor.Tip, Is.EqualTo((UInt256)150));
        _clock.Advance(TimeSpan.FromHours(24));
        Assert.That(floor.Tip, Is.EqualTo((UInt256)50));
    }

    [Test]
    public void A_refusal_that_asks_for_less_teaches_nothing_and_the_same_again_holds_it_longer()
    {
        PriceFloor floor = Floor(50);
        floor.Learn(Needs(450), 100);
        _clock.Advance(TimeSpan.FromSeconds(200));

        Assert.That(floor.Learn(Needs(200), 100), Is.False);
        Assert.That(floor.Learn(Needs(450), 100), Is.False);
        _clock.Advance(TimeSpan.FromSeconds(299));
        Assert.That(floor.Tip, Is.EqualTo((UInt256)450));
    }

    [Test]
    public void No_node_raises_it_above_the_ceiling()
    {
        PriceFloor floor = Floor(50, ceiling: 300);
        floor.Learn(Needs(1_000_000), 100);

        Assert.That(floor.Tip, Is.EqualTo((UInt256)300));
    }

    private static SendError Needs(ulong minimum) => new(SendErrorKind.TipTooLow, "", minimum);

    private PriceFloor Floor(ulong chain, ulong ceiling = 0) =>
        new(A.Chain with { MinPriorityFeeWei = chain }, Options.Create(new GasOptions { MaxGasPriceWei = ceiling }), _clock);
}
