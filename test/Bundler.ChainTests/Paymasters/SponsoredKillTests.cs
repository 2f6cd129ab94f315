using Bundler.Engine.Development;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Testing;

namespace Bundler.ChainTests.Paymasters;

/// <summary>kill -9 between reservation, signature and answer: never more than the budget, and nothing reserved for good.</summary>
[TestFixture(StorageKind.Sqlite)]
[TestFixture(StorageKind.Postgres)]
public sealed class SponsoredKillTests(StorageKind kind)
{
    private const string OneOperation = "--Bundler:Sponsor:Paymasters:v07:MaxTotal=1";

    [TestCase(FaultPoint.AfterGrantReserved)]
    [TestCase(FaultPoint.AfterGrantSigned)]
    [TestCase(FaultPoint.AfterGrantStored)]
    public async Task Row_3_a_budget_for_one_operation_pays_for_one_whatever_the_node_dies_of(FaultPoint point)
    {
        using NodeStore store = await NodeStore.CreateAsync(kind);
        await using SponsoredRig rig = await SponsoredRig.StartAsync([.. store.Arguments, OneOperation, DieAt(point)]);
        (Address paymaster, EntryPoint entryPoint) = rig.Paymasters.Single(each => each.EntryPoint.Version == EntryPointVersion.V07);
        SimpleAccountWallet first = await rig.WalletAsync(EntryPointVersion.V07, 1);
        SimpleAccountWallet other = await rig.WalletAsync(EntryPointVersion.V07, 2);
        UserOperation operation = await rig.OperationAsync(first, 0);
        Assert.That(() => rig.GrantedAsync(first, operation), Throws.InstanceOf<HttpRequestException>(), "it dies before it answers");

        await rig.RestartAsync(DieAt(FaultPoint.None));
        UInt256 living = await rig.LivingAsync(paymaster);
        Assert.That(living, Is.GreaterThan(UInt256.Zero), "what was reserved is remembered");
        UserOperation others = await rig.OperationAsync(other, 0);
        Assert.That(() => rig.GrantedAsync(other, others), Throws.InvalidOperationException.With.Message.Contains("BUDGET_EXHAUSTED"));

        await rig.OutliveGrantsAsync();
        await Eventually.Async(async () => (await rig.LivingAsync(paymaster)).IsZero, Eventually.Patience, $"nothing is reserved any more; {rig.Node.Output}");
        UserOperation granted = await rig.GrantedAsync(other, others);
        await rig.SendAsync(other, granted);
        await rig.IncludedAsync();
        Assert.That(() => rig.GrantedAsync(first, operation), Throws.InvalidOperationException.With.Message.Contains("BUDGET_EXHAUSTED"));
        Assert.That((await rig.LedgerAsync()).GetProperty(paymaster.ToString()).GetProperty("operations").GetInt32(), Is.EqualTo(1));
        Assert.That(await rig.DepositAsync(paymaster, entryPoint), Is.LessThan((UInt256)2_000_000_000_000_000_000));
    }

    private static string DieAt(FaultPoint point) => $"--{DevelopmentOptions.Section}:{nameof(DevelopmentOptions.DieAt)}={point}";
}
