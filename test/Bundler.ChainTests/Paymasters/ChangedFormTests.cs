using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Paymasters;

/// <summary>From v0.7 on the contract takes a grant in two forms, and what tells them apart is bound by the userOpHash alone: the ledger must see the cost of both.</summary>
public sealed class ChangedFormTests
{
    /// <summary>The length of the signature and the magic of v0.9's paymasterSignature.</summary>
    private static readonly Bytes _suffix = Bytes.Parse("0x004122e325a297439656");

    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    public async Task A_grant_whose_form_the_client_has_changed_is_charged_to_the_wei_and_told(EntryPointVersion version)
    {
        await using SponsoredRig rig = await SponsoredRig.StartAsync();
        (Address paymaster, EntryPoint entryPoint) = rig.Paymasters.Single(each => each.EntryPoint.Version == version);
        SimpleAccountWallet wallet = await rig.WalletAsync(version, 1);
        UInt256 deposited = await rig.DepositAsync(paymaster, entryPoint);
        UserOperation granted = await rig.GrantedAsync(wallet, await rig.OperationAsync(wallet, 0));

        await rig.SendAsync(wallet, granted with { PaymasterData = Bytes.Concat(granted.PaymasterData, _suffix) });
        await rig.IncludedAsync();
        await Eventually.Async(async () => (await rig.LivingAsync(paymaster)).IsZero, Eventually.Patience, "the grant is included");

        JsonElement ledger = (await rig.LedgerAsync()).GetProperty(paymaster.ToString());
        Assert.That(SponsoredRig.Wei(ledger, "chargedWei"), Is.EqualTo(deposited - await rig.DepositAsync(paymaster, entryPoint)).And.GreaterThan(UInt256.Zero));
        Assert.That(ledger.GetProperty("operations").GetInt32(), Is.EqualTo(1));
        await Eventually.Async(() => Task.FromResult(rig.Node.Output.Contains("sponsor.stray", StringComparison.Ordinal)), Eventually.Patience, "the alarm");
    }
}
