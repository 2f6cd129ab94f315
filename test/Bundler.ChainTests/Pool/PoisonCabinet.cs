using System.Globalization;
using System.Text.RegularExpressions;
using Bundler.ChainTests.Inclusion;
using Bundler.ChainTests.Spec;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Pool;

/// <summary>
/// Makes poison: an operation that the node accepts, and then a change of what it depends on. Where the account alone is at fault, a paymaster that
/// pays for good ones too pays for it: it must not suffer.
/// </summary>
internal sealed class PoisonCabinet(InclusionRig rig, EntryPointVersion version, Address sponsor)
{
    private const string Fickle = "FicklePaymaster";
    private const string Plain = "RuleAccount";
    private const string DroppedEnd = "dropped";
    private const ulong Lifetime = 90;

    private static readonly AbiFunction _withdrawTo = AbiFunction.Parse("withdrawTo(address withdrawAddress,uint256 withdrawAmount)");
    private static readonly AbiFunction _refuse = AbiFunction.Parse("refuse(address sender)");
    private static readonly AbiFunction _breakDown = AbiFunction.Parse("breakDown()");
    private static readonly Bytes _reverts = Bytes.Parse("0x60006000fd");
    private static readonly Bytes _turns = Hash32.From(1).ToBytes();
    private static readonly Bytes _fallsSilent = Hash32.From(2).ToBytes();

    private readonly EntryPoint _entryPoint = SimpleAccountWallet.EntryPointOf(version);
    private int _places;

    /// <summary>Has the node accept an operation, and spoils it; more than one where others depend on it.</summary>
    public Task<IReadOnlyList<Poison>> BrewAsync(PoisonKind kind) => kind switch
    {
        PoisonKind.EmptiedAccount => EmptiedAccountAsync(),
        PoisonKind.LostOwner => LostOwnerAsync(),
        PoisonKind.ChangedAccount => ChangedAccountAsync(),
        PoisonKind.ExpiredAccount => ExpiredAccountAsync(),
        PoisonKind.TurnedAccount => TurnedAccountAsync(),
        PoisonKind.OvertakenNonce => OvertakenNonceAsync(),
        PoisonKind.DrainedPaymaster => OfPaymasterAsync(kind, Fickle, default, "AA31", (paymaster, _) => rig.ActAsync(
            paymaster, Act.Call(_entryPoint.Address, _withdrawTo.EncodeCall(InclusionRig.Stranger, (UInt256)999_999_000_000_000_000)))),
        PoisonKind.ChangedPaymaster => OfPaymasterAsync(
            kind, Fickle, default, "code that has changed|AA33", (paymaster, _) => rig.SetCodeAsync(paymaster, _reverts)),
        PoisonKind.RefusingPaymaster => OfPaymasterAsync(
            kind, Fickle, default, "AA33", (paymaster, sender) => rig.TransactAsync(paymaster, _refuse.EncodeCall(sender))),
        PoisonKind.ExpiredPaymaster => ExpiredPaymasterAsync(),
        PoisonKind.BrokenPostOp => BrokenPostOpAsync(),
        PoisonKind.TurnedPaymaster => TurnedPaymasterAsync(kind, _turns, "bundle creation: AA33", "banned"),
        _ when version <= EntryPointVersion.V07 => TurnedPaymasterAsync(kind, _fallsSilent, "reverted without data in the validation of paymaster", "banned"),
        _ => TurnedPaymasterAsync(kind, _fallsSilent, "bundle creation: AA33", "banned"),
    };

    private async Task<IReadOnlyList<Poison>> EmptiedAccountAsync()
    {
        SimpleAccountWallet wallet = await rig.WalletAsync(version);
        string poor = await rig.SendAsync(wallet, InclusionRig.Operation(wallet));
        string behind = await rig.SendAsync(
            wallet, InclusionRig.Operation(wallet, plain => Sponsored(plain with { Nonce = 1, Factory = null, FactoryData = default })));
        await rig.SetBalanceAsync(wallet.Address, 0);
        return
        [
            Dropped(PoisonKind.EmptiedAccount, poor, "AA21"),
            Dropped(PoisonKind.EmptiedAccount, behind, "before it in its nonce order was dropped"),
        ];
    }

    private async Task<IReadOnlyList<Poison>> LostOwnerAsync()
    {
        SimpleAccountWallet wallet = await rig.WalletAsync(version);
        await rig.BundleAsync(_entryPoint, null, InclusionRig.Operation(wallet));
        string hash = await rig.SendAsync(
            wallet, InclusionRig.Operation(wallet, plain => Sponsored(plain with { Nonce = 1, Factory = null, FactoryData = default })));
        string slot = (await rig.Anvil.RpcAsync("eth_getStorageAt", wallet.Address.ToLowerHex(), "0x0", "latest")).GetString()!;
        string sold = slot.Replace(wallet.Owner.ToLowerHex()[2..], InclusionRig.Stranger.ToLowerHex()[2..], StringComparison.Ordinal);
        Assert.That(sold, Is.Not.EqualTo(slot), "the owner stands in the first slot");
        await rig.Anvil.RpcAsync("anvil_setStorageAt", wallet.Address.ToLowerHex(), "0x0", sold);
        return [Dropped(PoisonKind.LostOwner, hash, "AA24")];
    }

    private async Task<IReadOnlyList<Poison>> ChangedAccountAsync()
    {
        Address account = await PlaceAsync(Plain);
        string hash = await rig.SendAsync(_entryPoint, Sponsored(Operation(account)));
        await rig.SetCodeAsync(account, _reverts);
        return [Dropped(PoisonKind.ChangedAccount, hash, "code that has changed|AA23")];
    }

    private async Task<IReadOnlyList<Poison>> ExpiredAccountAsync()
    {
        UInt256 window = (UInt256)(await NowAsync() + Lifetime) << 160;
        UserOperation operation = Operation(await PlaceAsync(Plain)) with { Signature = Act.Encode(Act.Answer(window)) };
        string hash = await rig.SendAsync(_entryPoint, Sponsored(operation));
        await PassAsync();
        return [Dropped(PoisonKind.ExpiredAccount, hash, "expired|outside its validity window")];
    }

    private async Task<IReadOnlyList<Poison>> TurnedAccountAsync()
    {
        UserOperation operation = Operation(await PlaceAsync("TurncoatAccount")) with { Signature = _turns };
        return [Dropped(PoisonKind.TurnedAccount, await rig.SendAsync(_entryPoint, Sponsored(operation)), "bundle creation: AA23")];
    }

    private async Task<IReadOnlyList<Poison>> OvertakenNonceAsync()
    {
        SimpleAccountWallet wallet = await rig.WalletAsync(version);
        string overtaken = await rig.SendAsync(wallet, InclusionRig.Operation(wallet, Sponsored));
        await rig.BundleAsync(_entryPoint, null, InclusionRig.Operation(wallet, plain => plain with { CallGasLimit = 100_001 }));
        return [new Poison(PoisonKind.OvertakenNonce, overtaken, "replaced", new Regex("its nonce was used by"))];
    }

    private async Task<IReadOnlyList<Poison>> OfPaymasterAsync(PoisonKind kind, string contract, Bytes data, string reason, Func<Address, Address, Task> spoil)
    {
        Address paymaster = await PaymasterAsync(contract);
        UserOperation operation = Operation(await PlaceAsync(Plain));
        string hash = await rig.SendAsync(_entryPoint, PaidBy(operation, paymaster, data));
        await spoil(paymaster, operation.Sender);
        return [Dropped(kind, hash, reason) with { Paymaster = paymaster }];
    }

    private async Task<IReadOnlyList<Poison>> ExpiredPaymasterAsync()
    {
        UInt256 window = (UInt256)(await NowAsync() + Lifetime) << 160;
        return await OfPaymasterAsync(
            PoisonKind.ExpiredPaymaster, Fickle, Hash32.From(window).ToBytes(), "expired|outside its validity window", (_, _) => PassAsync());
    }

    /// <summary>v0.6 reverts the bundle, later EntryPoints include the operation as failed and have the paymaster pay.</summary>
    private async Task<IReadOnlyList<Poison>> BrokenPostOpAsync()
    {
        Bytes withContext = Bytes.Concat(Hash32.Zero.ToBytes(), Bytes.Own([1]));
        IReadOnlyList<Poison> brewed = await OfPaymasterAsync(
            PoisonKind.BrokenPostOp, Fickle, withContext, "AA50", (paymaster, _) => rig.TransactAsync(paymaster, _breakDown.EncodeCall()));
        return version == EntryPointVersion.V06 ? [.. brewed.Select(each => each with { Standing = "banned" })] : [.. brewed.Select(each => each with { End = "included", Reason = null })];
    }

    private async Task<IReadOnlyList<Poison>> TurnedPaymasterAsync(PoisonKind kind, Bytes plan, string reason, string standing)
    {
        IReadOnlyList<Poison> brewed = await OfPaymasterAsync(kind, "TurncoatPaymaster", plan, reason, (_, _) => Task.CompletedTask);
        return [.. brewed.Select(each => each with { Standing = standing })];
    }

    /// <summary>A staked paymaster with a deposit.</summary>
    public static async Task<Address> SponsorAsync(InclusionRig rig, EntryPointVersion version)
    {
        PoisonCabinet cabinet = new(rig, version, default);
        Address sponsor = await cabinet.PaymasterAsync(Fickle);
        await rig.TransactAsync(cabinet._entryPoint.Address, EntryPointCalls.DepositTo.EncodeCall(sponsor), "0x8ac7230489e80000");
        return sponsor;
    }

    public UserOperation Sponsored(UserOperation operation) => PaidBy(operation, sponsor, default);

    private static Poison Dropped(PoisonKind kind, string hash, string reason) => new(kind, hash, DroppedEnd, new Regex(reason));

    private UserOperation PaidBy(UserOperation operation, Address paymaster, Bytes data) =>
        InclusionRig.Sponsored(_entryPoint, operation, paymaster) with { PaymasterData = data };

    private static UserOperation Operation(Address account) => InclusionRig.Operation(account) with { Signature = Bytes.Empty };

    /// <summary>A contract at a place of its own, with funds.</summary>
    private async Task<Address> PlaceAsync(string contract)
    {
        Address place = Address.Parse(string.Create(CultureInfo.InvariantCulture, $"0x9015{(int)version:x2}{(sponsor == default ? 0 : 1):x2}000000000000000000000000{++_places:x8}"));
        await rig.PutAsync(contract, place);
        return place;
    }

    private async Task<Address> PaymasterAsync(string contract)
    {
        Address paymaster = await PlaceAsync(contract);
        await rig.TransactAsync(_entryPoint.Address, EntryPointCalls.DepositTo.EncodeCall(paymaster), "0xde0b6b3a7640000");
        await rig.ActAsync(paymaster, Act.Call(_entryPoint.Address, EntryPointCalls.AddStake.EncodeCall((UInt256)1), 1));
        return paymaster;
    }

    /// <summary>The time of the next block, seconds.</summary>
    private async Task<ulong> NowAsync()
    {
        BlockHeader latest = (await rig.Eth.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!;
        return Math.Max(latest.Timestamp, (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    }

    private async Task PassAsync()
    {
        await rig.Anvil.RpcAsync("evm_increaseTime", Lifetime + 1);
        await rig.MineAsync(1);
    }
}
