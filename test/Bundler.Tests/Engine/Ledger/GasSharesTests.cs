using Bundler.Engine.Ledger;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Ledger;

public sealed class GasSharesTests
{
    [Test]
    public void Shares_are_by_weight() => Assert.That(GasShares.Split(100, [1, 3]), Is.EqualTo(new UInt256[] { 25, 75 }));

    [Test]
    public void Without_weights_all_pay_alike() => Assert.That(GasShares.Split(7, [0, 0, 0]), Is.EqualTo(new UInt256[] { 2, 2, 3 }));

    [Test]
    public void Nobody_pays_nothing() => Assert.That(GasShares.Split(7, []), Is.Empty);

    [Test]
    public void Shares_add_up_to_the_wei()
    {
        Random random = new(4337);
        for (int round = 0; round < 500; round++)
        {
            UInt256 sum = new(0, 0, (ulong)random.NextInt64(), (ulong)random.NextInt64());
            UInt256[] weights = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => (UInt256)(ulong)random.Next(0, 3_000_000))];

            IReadOnlyList<UInt256> parts = GasShares.Split(sum, weights);

            Assert.That(parts.Aggregate(UInt256.Zero, (total, part) => total + part), Is.EqualTo(sum), $"round {round}");
        }
    }
}
