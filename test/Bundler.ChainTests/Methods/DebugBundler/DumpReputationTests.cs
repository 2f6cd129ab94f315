using System.Text.Json;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>debug_bundler_dumpReputation on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class DumpReputationTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task The_factory_is_seen_when_admitted_and_included_when_mined([Values] EntryPointVersion version)
    {
        await Rig.AskAsync("debug_bundler_clearState");
        SimpleAccountWallet wallet = await Rig.WalletAsync(version);
        await Rig.SendAsync(wallet);
        JsonElement seen = await FactoryAsync(wallet);
        await Rig.BundleAsync();
        JsonElement included = await FactoryAsync(wallet);

        Assert.That((seen.GetProperty("opsSeen").GetString(), seen.GetProperty("opsIncluded").GetString()), Is.EqualTo(("0x1", "0x0")));
        Assert.That((included.GetProperty("opsSeen").GetString(), included.GetProperty("opsIncluded").GetString()), Is.EqualTo(("0x1", "0x1")));
        Assert.That(included.GetProperty("status").GetString(), Is.EqualTo("ok"));
    }

    private static async Task<JsonElement> FactoryAsync(SimpleAccountWallet wallet) =>
        (await Rig.AskAsync("debug_bundler_dumpReputation", wallet.EntryPoint.Address.ToString())).EnumerateArray()
            .Single(entry => Address.Parse(entry.GetProperty("address").GetString()) == wallet.Factory);
}
