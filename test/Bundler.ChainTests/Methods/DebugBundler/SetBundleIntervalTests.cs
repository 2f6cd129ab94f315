namespace Bundler.ChainTests.Methods;

/// <summary>debug_bundler_setBundleInterval on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class SetBundleIntervalTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [TearDown]
    public Task CommandAsync() => Rig.AskAsync("debug_bundler_setBundlingMode", "manual");

    [Test]
    public async Task Auto_is_a_mode_and_a_number_of_seconds_is_an_interval()
    {
        string hash = await Rig.SendAsync(await Rig.WalletAsync());

        Assert.That(await Rig.TextAsync("debug_bundler_setBundleInterval", 1), Is.EqualTo("ok"));
        Assert.That(await Rig.TextAsync("debug_bundler_setBundleInterval", "auto"), Is.EqualTo("ok"));

        await Rig.StatusAsync(hash, "included", "final");
    }

    [TestCase("never")]
    [TestCase(0)]
    [TestCase(100_000)]
    public async Task What_is_no_interval_is_an_invalid_parameter(object interval) =>
        Assert.That(await Rig.RefusalAsync("debug_bundler_setBundleInterval", interval), Is.EqualTo(-32602));
}
