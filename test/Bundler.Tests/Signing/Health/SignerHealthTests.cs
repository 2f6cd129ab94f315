using Bundler.Signing.Health;
using Bundler.Testing;

namespace Bundler.Tests.Signing.Health;

public sealed class SignerHealthTests
{
    [TestCase(0, false)]
    [TestCase(4, false)]
    [TestCase(5, true)]
    [TestCase(-3_600, true)]
    public void It_is_old_after_its_time_and_when_the_clock_was_set_back(int seconds, bool old)
    {
        SignerHealth health = new(A.Account, null, null, TimeSpan.Zero, A.Moment);

        Assert.That(health.IsOlderThan(TimeSpan.FromSeconds(5), A.Moment + TimeSpan.FromSeconds(seconds)), Is.EqualTo(old));
    }
}
