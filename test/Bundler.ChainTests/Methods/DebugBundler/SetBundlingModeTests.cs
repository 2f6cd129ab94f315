namespace Bundler.ChainTests.Methods;

/// <summary>debug_bundler_setBundlingMode on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class SetBundlingModeTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [TearDown]
    public Task CommandAsync() => Rig.AskAsync("debug_bundler_setBundlingMode", "manual");

    [Test]
    public async Task In_manual_mode_an_operation_waits_and_in_auto_mode_it_does_not()
    {
        string hash = await Rig.SendAsync(await Rig.WalletAsync());
        await Rig.Anvil.RpcAsync("anvil_mine", "0x2");
        await Rig.StatusAsync(hash, "pending");

        Assert.That(await Rig.TextAsync("debug_bundler_setBundlingMode", "auto"), Is.EqualTo("ok"));

        await Rig.StatusAsync(hash, "included", "final");
    }

    [Test]
    public async Task Another_word_is_an_invalid_parameter() =>
        Assert.That(await Rig.RefusalAsync("debug_bundler_setBundlingMode", "sometimes"), Is.EqualTo(-32602));
}
