using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Pool;

public sealed class OperationIndexTests
{
    private OperationIndex<string> _index = null!;

    [SetUp]
    public void SetUp() => _index = new();

    [Test]
    public void A_key_without_operations_is_unknown() =>
        Assert.That((_index.Has("a"), _index.Count("a"), _index.Operations("a").Count), Is.EqualTo((false, 0, 0)));

    [Test]
    public void One_operation_under_a_key_is_found_and_gone_when_removed()
    {
        _index.Add("a", A.HashOf(1));

        Assert.That(_index.Operations("a"), Is.EqualTo(new[] { A.HashOf(1) }));

        _index.Remove("a", A.HashOf(2));
        Assert.That(_index.Count("a"), Is.EqualTo(1));

        _index.Remove("a", A.HashOf(1));
        Assert.That(_index.Has("a"), Is.False);
    }

    [Test]
    public void What_is_added_twice_counts_once()
    {
        _index.Add("a", A.HashOf(1));
        _index.Add("a", A.HashOf(1));
        int one = _index.Count("a");
        _index.Add("a", A.HashOf(2));
        _index.Add("a", A.HashOf(2));

        Assert.That((one, _index.Count("a")), Is.EqualTo((1, 2)));
    }

    [Test]
    public void Many_operations_under_a_key_leave_one_by_one()
    {
        Hash32[] hashes = [A.HashOf(1), A.HashOf(2), A.HashOf(3)];
        foreach (Hash32 hash in hashes)
        {
            _index.Add("a", hash);
        }

        _index.Add("b", A.HashOf(4));
        Assert.That(_index.Operations("a"), Is.EquivalentTo(hashes));

        _index.Remove("a", hashes[0]);
        _index.Remove("a", hashes[1]);
        Assert.That(_index.Operations("a"), Is.EqualTo(new[] { hashes[2] }));

        _index.Remove("a", hashes[2]);
        Assert.That((_index.Has("a"), _index.Count("b")), Is.EqualTo((false, 1)));
    }
}
