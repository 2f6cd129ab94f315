using Bundler.Engine.Chain;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission;

public sealed class BundleExpiryTests
{
    private static readonly ChainHead _head = new(100, Hash32.Zero, Hash32.Zero, 5_000, 0);
    private static readonly ChainProfile _chain = new() { Name = "test", ChainId = 56, EntryPoints = [], BlockTimeSeconds = 0.45 };

    [Test]
    public void Operations_without_an_end_do_not_expire() => Assert.That(Expiry(A.Validation()), Is.Null);

    [Test]
    public void Before_the_first_head_nothing_is_known() =>
        Assert.That(BundleExpiry.Of([A.Entry(A.UserOperation())], null, _chain, TimeSpan.Zero), Is.Null);

    [Test]
    public void The_first_end_counts_by_the_time_of_the_chain_with_room_for_a_cancellation() =>
        Assert.That(Expiry(Until(5_060), Until(5_030), A.Validation()), Is.EqualTo(TimeSpan.FromSeconds(10 + 30 - 2)));

    [Test]
    public void An_end_in_blocks_is_turned_into_time() =>
        Assert.That(
            Expiry(A.Validation() with { BlockWindow = new ValidityWindow(0, 200, InBlocks: true) }), Is.EqualTo(TimeSpan.FromSeconds(10 + 45 - 2)));

    [Test]
    public void What_is_over_already_expired() => Assert.That(Expiry(Until(4_000)), Is.EqualTo(TimeSpan.FromSeconds(8)));

    private static ValidationResult Until(ulong validUntil) => A.Validation() with { Window = new ValidityWindow(0, validUntil) };

    private static TimeSpan? Expiry(params ValidationResult[] validations) =>
        BundleExpiry.Of([.. validations.Select(validation => A.Entry(A.UserOperation(), validation))], _head, _chain, TimeSpan.FromSeconds(10));
}
