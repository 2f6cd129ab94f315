using System.Text;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Tests.Ethereum;

namespace Bundler.Tests.Engine.Validation;

/// <summary>What validation has shown survives being stored.</summary>
public sealed class ValidationJsonTests
{
    private const int Rounds = 300;
    private const int MostOfAKind = 5;

    [Test]
    public void What_is_read_is_what_was_written()
    {
        Random random = new(4337);
        for (int i = 0; i < Rounds; i++)
        {
            ValidationResult result = Next(random);
            ValidationResult read = ValidationJson.Read(ValidationJson.Write(result));

            Assert.That(WithoutMaps(read), Is.EqualTo(WithoutMaps(result)));
            Assert.That(read.Stakes, Is.EquivalentTo(result.Stakes));
            Assert.That(Flat(read.AccessedSlots), Is.EqualTo(Flat(result.AccessedSlots)));
            Assert.That(Flat(read.WrittenSlots), Is.EqualTo(Flat(result.WrittenSlots)));
            Assert.That(read.ReadValues, Is.EquivalentTo(result.ReadValues));
            Assert.That(read.CodeHashes, Is.EquivalentTo(result.CodeHashes));
        }
    }

    [TestCase("")]
    [TestCase("{}")]
    [TestCase("[1]")]
    [TestCase("{\"blockHash\":\"0x12\"}")]
    [TestCase("{\"blockHash\":7}")]
    public void What_is_no_result_is_told_as_such(string json) =>
        Assert.That(() => ValidationJson.Read(Bytes.From(Encoding.UTF8.GetBytes(json))), Throws.TypeOf<CodecException>());

    [Test]
    public void Half_a_result_is_none()
    {
        Bytes whole = ValidationJson.Write(Next(new Random(1)));

        Assert.That(() => ValidationJson.Read(whole.Slice(0, whole.Length / 2)), Throws.TypeOf<CodecException>());
    }

    private static ValidationResult Next(Random random) => new()
    {
        BlockHash = random.NextHash(),
        Window = NextWindow(random, inBlocks: false),
        BlockWindow = random.Next(2) == 0 ? null : NextWindow(random, inBlocks: true),
        EndsByPaymaster = random.Next(2) == 0,
        Aggregator = random.Next(2) == 0 ? null : random.NextAddress(),
        SignatureInGroup = Bytes.From(random.NextBytes(random.Next(MostOfAKind))),
        Prefund = random.NextUInt256(),
        VerificationGasUsed = random.NextUInt64(),
        PaymasterVerificationGasUsed = random.NextUInt64(),
        ContextLength = random.Next(),
        PaidFromBalance = random.NextUInt256(),
        DependsOnBalances = random.Next(2) == 0,
        Stakes = Some(random, random.NextAddress).ToDictionary(
            address => address, address => new StakeInfo(address, random.NextUInt256(), (uint)random.NextUInt64(), random.NextUInt256())),
        AccessedSlots = NextSlots(random),
        WrittenSlots = NextSlots(random),
        ReadValues = Some(random, random.NextAddress)
            .SelectMany(contract => Some(random, random.NextHash).Select(slot => (contract, slot)))
            .ToDictionary(key => key, _ => random.NextHash()),
        CodeHashes = Some(random, random.NextAddress).ToDictionary(address => address, _ => random.NextHash()),
    };

    private static ValidityWindow NextWindow(Random random, bool inBlocks) => new(random.NextUInt64(), random.NextUInt64(), inBlocks);

    private static Dictionary<Address, IReadOnlySet<Hash32>> NextSlots(Random random) =>
        Some(random, random.NextAddress).ToDictionary(contract => contract, IReadOnlySet<Hash32> (_) => Some(random, random.NextHash).ToHashSet());

    private static T[] Some<T>(Random random, Func<T> next) => [.. Enumerable.Range(0, random.Next(MostOfAKind)).Select(_ => next())];

    private static ValidationResult WithoutMaps(ValidationResult result)
    {
        ValidationResult empty = new() { BlockHash = Hash32.Zero, Window = ValidityWindow.Always };
        return result with
        {
            Stakes = empty.Stakes, AccessedSlots = empty.AccessedSlots, WrittenSlots = empty.WrittenSlots, ReadValues = empty.ReadValues, CodeHashes = empty.CodeHashes,
        };
    }

    private static (Address, Hash32)[] Flat(IReadOnlyDictionary<Address, IReadOnlySet<Hash32>> slots) =>
        [.. slots.SelectMany(contract => contract.Value, (contract, slot) => (contract.Key, slot)).Order()];
}
