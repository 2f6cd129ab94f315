using Bundler.Engine.Validation;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation;

public sealed class CompactSetTests
{
    private static readonly HashSet<Hash32> _plain = Hashes(5, 3, 9, 1);

    private readonly CompactSet<Hash32> _set = new(_plain);

    [Test]
    public void Its_members_are_there_in_order_and_no_others()
    {
        Assert.That(_set, Is.EqualTo(new[] { A.HashOf(1), A.HashOf(3), A.HashOf(5), A.HashOf(9) }));
        Assert.That(_set, Has.Count.EqualTo(4));
        Assert.That((_set.Contains(A.HashOf(3)), _set.Contains(A.HashOf(4))), Is.EqualTo((true, false)));
    }

    [TestCase(new ulong[] { })]
    [TestCase(new ulong[] { 3 })]
    [TestCase(new ulong[] { 4 })]
    [TestCase(new ulong[] { 3, 4 })]
    [TestCase(new ulong[] { 1, 3, 5, 9 })]
    [TestCase(new ulong[] { 1, 3, 4, 5, 9 })]
    public void It_compares_as_any_set_does(ulong[] numbers)
    {
        HashSet<Hash32> other = Hashes(numbers);

        Assert.That(Comparisons(_set, other), Is.EqualTo(Comparisons(_plain, other)));
    }

    private static bool[] Comparisons(IReadOnlySet<Hash32> set, HashSet<Hash32> other) =>
    [
        set.IsSubsetOf(other), set.IsProperSubsetOf(other), set.IsSupersetOf(other), set.IsProperSupersetOf(other), set.Overlaps(other), set.SetEquals(other),
    ];

    private static HashSet<Hash32> Hashes(params ulong[] numbers) => [.. numbers.Select(A.HashOf)];
}
