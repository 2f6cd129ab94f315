using Bundler.Engine.Validation;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation;

public sealed class CompactMapTests
{
    private static readonly Dictionary<(Address, Hash32), int> _plain =
        Enumerable.Range(0, 20).ToDictionary(i => (A.AddressOf(i * 7 % 5), A.HashOf((ulong)(i * 11 % 20))), i => i);

    private readonly CompactMap<(Address, Hash32), int> _map = new(_plain);

    [Test]
    public void Every_key_has_its_value()
    {
        Assert.That(_map, Is.EquivalentTo(_plain));
        Assert.That(_map.Keys.Select(key => _map[key]), Is.EqualTo(_map.Values));
        Assert.That(_plain.All(pair => _map.ContainsKey(pair.Key) && _map.TryGetValue(pair.Key, out int value) && value == pair.Value), Is.True);
        Assert.That(_map, Has.Count.EqualTo(_plain.Count));
    }

    [Test]
    public void Keys_are_in_order() => Assert.That(_map.Keys, Is.Ordered);

    [Test]
    public void An_unknown_key_is_not_found()
    {
        (Address, Hash32) unknown = (A.AddressOf(3), A.HashOf(99));

        Assert.That((_map.ContainsKey(unknown), _map.TryGetValue(unknown, out int value), value), Is.EqualTo((false, false, 0)));
        Assert.That(() => _map[unknown], Throws.InstanceOf<KeyNotFoundException>());
    }

    [Test]
    public void The_empty_one_has_nothing() =>
        Assert.That((CompactMap<Address, Hash32>.Empty.Count, CompactMap<Address, Hash32>.Empty.ContainsKey(A.Account)), Is.EqualTo((0, false)));
}
