using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Primitives;

public sealed class BytesTests
{
    [Test]
    public void All_empty_ones_are_equal()
    {
        Bytes[] empty = [default, Bytes.Empty, Bytes.From([]), Bytes.Own([]), Bytes.Parse("0x"), Bytes.Concat(), Bytes.Parse("0x01").Slice(1)];

        Assert.That(empty, Is.All.EqualTo(Bytes.Empty));
        Assert.That(empty.Select(bytes => bytes.GetHashCode()).Distinct().Count(), Is.EqualTo(1));
        Assert.That(empty.Select(bytes => bytes.ToString()), Is.All.EqualTo("0x"));
        Assert.That(empty.All(bytes => bytes.IsEmpty && bytes.Length == 0 && bytes.Memory.IsEmpty && bytes.ToArray().Length == 0), Is.True);
    }

    [Test]
    public void Equality_is_by_value()
    {
        Bytes one = Bytes.Parse("0x0102");

        Assert.That(one == Bytes.Own([1, 2]), Is.True);
        Assert.That(one.GetHashCode(), Is.EqualTo(Bytes.Own([1, 2]).GetHashCode()));
        Assert.That(one != Bytes.Parse("0x0103"), Is.True);
        Assert.That(one.Equals("0x0102"), Is.False);
    }

    [Test]
    public void A_copy_does_not_change_with_its_source()
    {
        byte[] source = [1, 2, 3];
        Bytes copy = Bytes.From(source);
        source[0] = 9;

        Assert.That(copy.ToString(), Is.EqualTo("0x010203"));
    }

    [Test]
    public void Slices_and_joins()
    {
        Bytes bytes = Bytes.Parse("0x01020304");

        Assert.That(bytes.Slice(1).ToString(), Is.EqualTo("0x020304"));
        Assert.That(bytes.Slice(1, 2).ToString(), Is.EqualTo("0x0203"));
        Assert.That(bytes[3], Is.EqualTo(4));
        Assert.That(Bytes.Concat(bytes.Slice(2), Bytes.Empty, bytes.Slice(0, 2)).ToString(), Is.EqualTo("0x03040102"));
    }
}
