using Bundler.Erc4337;

namespace Bundler.Tests.Erc4337;

public sealed class ValidityWindowTests
{
    private const ulong Flag = 1UL << 47;

    [Test]
    public void V09_an_open_end_is_one_in_blocks_when_the_beginning_is() =>
        Assert.That(ValidityWindow.FromPackedV09(Flag + 1, 0), Is.EqualTo(new ValidityWindow(1, ValidityWindow.NoEnd, InBlocks: true)));

    [Test]
    public void V09_both_above_the_flag_are_blocks() =>
        Assert.That(ValidityWindow.FromPackedV09(Flag + 7, Flag + 9), Is.EqualTo(new ValidityWindow(7, 9, InBlocks: true)));

    [TestCase(Flag, Flag + 9)]
    [TestCase(Flag + 7, Flag)]
    [TestCase(Flag + 7, 9UL)]
    [TestCase(7UL, Flag + 9)]
    [TestCase(Flag, 0UL)]
    public void V09_the_flag_alone_or_in_one_of_them_means_seconds(ulong validAfter, ulong validUntil) =>
        Assert.That(ValidityWindow.FromPackedV09(validAfter, validUntil), Is.EqualTo(ValidityWindow.FromPacked(validAfter, validUntil)));

    [Test]
    public void V09_a_window_in_blocks_with_an_open_end_contains_every_later_block() =>
        Assert.That(ValidityWindow.FromPackedV09(Flag + 1, 0).Contains(2), Is.True);
}
