using Bundler.ChainTests.Submission.Load;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Submission;

/// <summary>Operations that do not pay for themselves, over the node as its users run it.</summary>
public sealed class ProfitTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    [Test]
    public async Task An_operation_that_does_not_pay_its_part_waits_while_the_others_go_and_the_signer_never_loses()
    {
        // Whoever takes operations without preVerificationGas could lose with each of them.
        await using LoadRig rig = await LoadRig.StartAsync(0.5, 3, counts: false, "--Bundler:Gas:AcceptPreVerificationGasPercent=1");
        await using InclusionWatch watch = new(rig.Anvil.WebSocketUrl, rig.Eth, LoadRig.EntryPoint.Address);
        UInt256 before = await rig.BalanceAsync(LoadRig.Signer, BlockTag.Latest);
        UserOperation poor = rig.Operation(0, 1, operation => operation with { PreVerificationGas = 1_000, MaxPriorityFeePerGas = 1 });
        Assert.That((await rig.SendAsync(poor)).Error, Is.Null);
        foreach (int account in (int[])[1, 2])
        {
            Assert.That((await rig.SendAsync(rig.Operation(account, 1))).Error, Is.Null);
            await Eventually.Async(() => watch.Included.ContainsKey(LoadRig.HashOf(rig.Operation(account, 1))), _deadline, "the operation that pays");
            UInt256 after = await rig.BalanceAsync(LoadRig.Signer, BlockTag.Latest);
            Assert.That(after, Is.GreaterThan(before));
            before = after;
        }

        Assert.That(watch.Included.ContainsKey(LoadRig.HashOf(poor)), Is.False);
        string status = (await rig.Node.RpcAsync("bundler_getUserOperationStatus", LoadRig.HashOf(poor).ToString())).GetRawText();
        Assert.That(status, Does.Contain("pending").And.Contain("\"reason\":\"its fees are below the margin over its cost\""));
    }
}
