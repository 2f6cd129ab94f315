using System.Text.Json;
using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>debug_bundler_getStakeStatus on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class GetStakeStatusTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task SREP_010_the_stake_of_an_address_is_told([Values] EntryPointVersion version)
    {
        JsonElement status = await Rig.AskAsync(
            "debug_bundler_getStakeStatus", DevAccounts.All[7].Address.ToString(), SimpleAccountWallet.EntryPointOf(version).Address.ToString());

        Assert.That(status.GetProperty("isStaked").GetBoolean(), Is.False);
        Assert.That(status.GetProperty("stakeInfo").GetProperty("stake").GetString(), Is.EqualTo("0"));
    }
}
