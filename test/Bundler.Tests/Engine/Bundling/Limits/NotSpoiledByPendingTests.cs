using Bundler.Engine.Bundling.Limits;
using Bundler.Engine.Bundling.Pace;
using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling.Limits;

public sealed class NotSpoiledByPendingTests
{
    [Test]
    public void What_failed_on_the_pending_block_waits_for_the_next_head()
    {
        HeadFeed heads = new();
        WaitingForHead waiting = new();
        NotSpoiledByPending limit = new(waiting, heads);
        MempoolEntry next = A.Entry(A.UserOperation());
        heads.Publish(A.Head(10), A.Moment);
        waiting.Add(next.UserOpHash, 10);

        Assert.That(limit.Check(LimitBench.Draft(), next), Is.EqualTo("a transaction in the node's pool makes it fail"));
        heads.Publish(A.Head(11), A.Moment);
        Assert.That(limit.Check(LimitBench.Draft(), next), Is.Null);
    }
}
