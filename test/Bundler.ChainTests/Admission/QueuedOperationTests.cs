using Bundler.ChainTests.Inclusion;
using Bundler.Testing;

namespace Bundler.ChainTests.Admission;

/// <summary>An operation that follows another of its sender, while a block takes the first one.</summary>
public sealed class QueuedOperationTests
{
    [Test]
    public async Task A_block_that_takes_the_operation_before_it_does_not_refuse_it()
    {
        await using OvertakenRig rig = await OvertakenRig.StartAsync();
        await rig.SendAsync(rig.First);

        int traces = rig.Chain.CountOf("debug_traceCall");
        rig.Chain.Fail(new ProxyFault.Stall(), "debug_traceCall");
        Task<string> sending = rig.SendAsync(rig.Second);
        await Eventually.Async(() => rig.Chain.CountOf("debug_traceCall") > traces, Eventually.Patience, "its facts are read and its trace is asked for");
        await rig.OvertakeAsync();
        rig.Chain.Heal();

        Assert.That(await sending, Does.StartWith("0x"));
    }
}
