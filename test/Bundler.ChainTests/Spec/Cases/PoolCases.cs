using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.ChainTests.Spec.Cases;

/// <summary>GREP, SREP, EREP-010, UREP, STO-040, STO-041 and AUTH-040: what the mempool takes beside what is pending.</summary>
internal static class PoolCases
{
    private const string Account = "RuleAccount";
    private const string Paymaster = "RulePaymaster";

    public static IEnumerable<PoolCase> All() =>
    [
        new("GREP-010", "a banned paymaster", "-32504", async stage =>
        {
            Address paymaster = await stage.NewPaymasterAsync(Paymaster, staked: true);
            stage.Reputation.Ban(stage.EntryPoint, paymaster);
            return await stage.SubmitAsync(stage.Sponsored(stage.Operation(await stage.NewAsync(Account)), paymaster));
        }),
        new("GREP-010", "what is pending goes when its paymaster is banned", "dropped", async stage =>
        {
            Address paymaster = await stage.NewPaymasterAsync(Paymaster, staked: true);
            Hash32 hash = (await stage.PendAsync(stage.Sponsored(stage.Operation(await stage.NewAsync(Account)), paymaster)))[0];
            stage.Reputation.Ban(stage.EntryPoint, paymaster);
            return await stage.EndsAsync(hash, OperationState.Dropped) ? "dropped" : "pending";
        }),
        new("GREP-020", "a throttled paymaster has four operations", "accepted accepted accepted accepted -32504", async stage =>
        {
            Address paymaster = await stage.NewPaymasterAsync(Paymaster, staked: true);
            stage.Reputation.Throttle(stage.EntryPoint, paymaster);
            return await SubmitManyAsync(stage, await stage.NewAsync(Account, staked: true), paymaster, 5);
        }),
        new("GREP-050", "a replacement without the paymaster takes back that it was seen", "1 0", async stage =>
        {
            Address paymaster = await stage.NewPaymasterAsync(Paymaster, staked: true);
            UserOperation operation = stage.Operation(await stage.NewAsync(Account));
            await stage.PendAsync(stage.Sponsored(operation, paymaster));
            ulong before = stage.Seen(paymaster);
            await stage.PendAsync(PoolStage.Dearer(operation));
            return $"{before} {stage.Seen(paymaster)}";
        }),
        new("UREP-010", "an unstaked sender has four operations", "accepted accepted accepted accepted -32505", async stage =>
            await SubmitManyAsync(stage, await stage.NewAsync(Account), null, 5)),
        new("SREP-040", "a staked sender has more", "accepted accepted accepted accepted accepted", async stage =>
            await SubmitManyAsync(stage, await stage.NewAsync(Account, staked: true), null, 5)),
        new("UREP-020", "an unstaked paymaster has ten operations", string.Join(' ', Enumerable.Repeat("accepted", 10)) + " -32505", async stage =>
            await SubmitManyAsync(stage, await stage.NewAsync(Account, staked: true), await stage.NewPaymasterAsync(Paymaster), 11)),
        new("EREP-010", "a deposit for one operation pays for one", "accepted -32508", async stage =>
        {
            Address account = await stage.NewAsync(Account);
            UserOperation operation = stage.Sponsored(stage.Operation(account), stage.Spec.Paymaster);
            ulong deposit = (ulong)stage.Spec.EntryPoint.RequiredPrefund(operation) * 3 / 2;
            return await SubmitManyAsync(stage, account, await stage.NewPaymasterAsync(Paymaster, staked: true, deposit), 2);
        }),
        new("STO-040", "a pending operation's account is no paymaster", "-32502", async stage =>
        {
            Address both = await stage.NewPaymasterAsync(Account);
            await stage.PendAsync(stage.Operation(both));
            await stage.Spec.PutAsync(SpecStage.TestArtifact(Paymaster).DeployedBytecode, both);
            return await stage.SubmitAsync(stage.Sponsored(stage.Operation(await stage.NewAsync(Account)), both));
        }),
        new("GREP-050", "a paymaster that every bid names is seen once, and the one before it not at all", "1 0 1", async stage =>
        {
            Address first = await stage.NewPaymasterAsync(Paymaster, staked: true);
            Address second = await stage.NewPaymasterAsync(Paymaster, staked: true);
            UserOperation operation = stage.Operation(await stage.NewAsync(Account));
            await stage.PendAsync(stage.Sponsored(operation, first));
            await stage.PendAsync(stage.Sponsored(PoolStage.Dearer(operation), first));
            ulong bumped = stage.Seen(first);
            await stage.PendAsync(stage.Sponsored(PoolStage.Dearer(operation, 2), second));
            return $"{bumped} {stage.Seen(first)} {stage.Seen(second)}";
        }),
        new("STO-041", "associated storage in the sender of a pending operation: another bundle", "accepted Pending", async stage =>
        {
            Address other = await stage.NewAsync(Account);
            Address account = await stage.NewAsync(Account);
            IReadOnlyList<Hash32> hashes = await stage.PendAsync(stage.Operation(other), stage.Operation(account, 0, Act.By(other, Act.Mapping(account))));
            await stage.BundleAsync();
            string[] fates = [.. (await Task.WhenAll(hashes.Select(stage.FateAsync))).Select(fate => $"{fate!.State}")];
            return $"accepted {fates.FirstOrDefault(fate => fate != nameof(OperationState.Included))}";
        }),
        new("STO-041", "associated storage in anybody else", "accepted", async stage =>
        {
            Address other = await stage.NewAsync(Account);
            Address account = await stage.NewAsync(Account);
            return await stage.SubmitAsync(stage.Operation(account, 0, Act.By(other, Act.Mapping(account))));
        }),
        new("AUTH-040", "all tuples of a sender name one delegate", "accepted accepted -32502", async stage =>
        {
            using PrivateKey key = PrivateKey.Generate();
            await stage.Spec.Rig.FundAsync(key.Address);
            Address @delegate = await stage.NewAsync(Account);
            return string.Join(' ',
                await stage.SubmitAsync(Delegated(stage, key, @delegate, 0)),
                await stage.SubmitAsync(Delegated(stage, key, @delegate, 1)),
                await stage.SubmitAsync(Delegated(stage, key, await stage.NewAsync(Account), 2)));
        }) { Since = EntryPointVersion.V07 },
    ];

    private static UserOperation Delegated(PoolStage stage, PrivateKey key, Address @delegate, ulong nonceKey) => stage.Operation(key.Address, nonceKey) with
    {
        Eip7702Auth = Authorization.Sign(key, 1337, @delegate, 0),
        PreVerificationGas = 200_000,
    };

    /// <summary>Operations under as many nonce keys.</summary>
    private static async Task<string> SubmitManyAsync(PoolStage stage, Address account, Address? paymaster, int count)
    {
        List<string> answers = [];
        for (ulong key = 0; key < (ulong)count; key++)
        {
            UserOperation operation = stage.Operation(account, key);
            answers.Add(await stage.SubmitAsync(paymaster is { } payer ? stage.Sponsored(operation, payer) : operation));
        }

        return string.Join(' ', answers);
    }
}
