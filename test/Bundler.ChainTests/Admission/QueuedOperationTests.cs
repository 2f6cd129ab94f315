using Bundler.ChainTests.Inclusion;
using Bundler.Erc4337;
using Bundler.Testing;

namespace Bundler.ChainTests.Admission;

/// <summary>An operation that follows another of its sender, while a block takes the first one.</summary>
public sealed class QueuedOperationTests
{
    private InclusionRig _rig = null!;

    [SetUp]
    public async Task StartAsync() => _rig = await InclusionRig.StartAsync(withNode: false);

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task A_block_that_takes_the_operation_before_it_does_not_refuse_it()
    {
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(_rig.Anvil.Url);
        await _rig.StartNodeAsync(proxy.Url, "--bundling", "manual");
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        UserOperation first = InclusionRig.Operation(wallet);
        UserOperation second = InclusionRig.Operation(wallet, operation => operation with { Nonce = 1, Factory = null, FactoryData = default });
        await _rig.SendAsync(wallet, first);

        int traces = proxy.CountOf("debug_traceCall");
        proxy.Fail(new ProxyFault.Stall(), "debug_traceCall");
        Task<string> sending = _rig.SendAsync(wallet, second);
        await Eventually.Async(() => proxy.CountOf("debug_traceCall") > traces, TimeSpan.FromSeconds(20), "its facts are read and its trace is asked for");
        await _rig.BundleAsync(wallet.EntryPoint, null, first);
        proxy.Heal();

        Assert.That(await sending, Does.StartWith("0x"));
    }
}
