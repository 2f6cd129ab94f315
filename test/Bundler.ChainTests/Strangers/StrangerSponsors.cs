using System.Text.Json;
using Bundler.ChainTests.Methods;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Strangers;

/// <summary>Who pays for strangers: by decree, with deposit and stake written into the EntryPoint's storage.</summary>
internal sealed class StrangerSponsors(MethodRig rig)
{
    private const int FirstPlace = 0x70_0000;
    private const int FirstOfEnemies = 0x71_0000;
    private const ulong HeavyWork = 200_000;
    private const ulong LightWork = 15_000;

    /// <summary>Too little for <see cref="HeavyWork"/>, enough for a validation.</summary>
    private const ulong LittleGas = 120_000;

    private static readonly UInt256 _deposit = (UInt256)System.Numerics.BigInteger.Pow(10, 20);
    private static readonly UInt256 _stake = (UInt256)System.Numerics.BigInteger.Pow(10, 19);
    private static readonly EntryPointVersion[] _versions = Enum.GetValues<EntryPointVersion>();

    /// <summary>Those that did nothing wrong, whatever others do with them.</summary>
    private enum Kind
    {
        Plain,
        Light,
        Heavy,
    }

    /// <summary>Puts the good ones where they belong.</summary>
    public async Task BeginAsync()
    {
        foreach (EntryPointVersion version in _versions)
        {
            await rig.Anvil.RpcAsync("anvil_setBalance", SimpleAccountWallet.EntryPointOf(version).Address.ToLowerHex(), "0x84595161401484a000000");
            await PlaceAsync(version, Good(version, Kind.Plain), null, isStaked: false);
            await PlaceAsync(version, Good(version, Kind.Light), PaymasterCode.Working, isStaked: true, LightWork);
            await PlaceAsync(version, Good(version, Kind.Heavy), PaymasterCode.Working, isStaked: true, HeavyWork);
        }
    }

    /// <summary>Paid for by one of the good ones, with the gas that it needs.</summary>
    public static Stranger Honestly(Stranger stranger, Random random)
    {
        Kind kind = random.GetItems(Enum.GetValues<Kind>(), 1)[0];
        return Paid(stranger, Good(stranger.EntryPoint.Version, kind), 2 * HeavyWork) with { Name = $"{stranger.Name}, {kind.ToString().ToLowerInvariant()} paymaster" };
    }

    /// <summary>Paid for by somebody who means ill, or with too little gas for somebody who does not.</summary>
    public async Task<Stranger> IllAsync(Stranger stranger, Random random)
    {
        EntryPointVersion version = stranger.EntryPoint.Version;
        Address enemy = A.AddressOf(FirstOfEnemies + stranger.Index);
        (string name, Address paymaster, ulong gas) = random.Next(4) switch
        {
            0 => ("stakeless paymaster with a context", await PlaceAsync(version, enemy, PaymasterCode.Working, isStaked: false, LightWork), 2 * HeavyWork),
            1 => ("silent postOp", await PlaceAsync(version, enemy, PaymasterCode.Silent, isStaked: true), 2 * HeavyWork),
            2 => ("burning postOp", await PlaceAsync(version, enemy, PaymasterCode.Burning, isStaked: true), 2 * HeavyWork),
            _ => ("too little gas for postOp", Good(version, Kind.Heavy), LittleGas),
        };
        return Paid(stranger, paymaster, gas) with { Name = $"enemy: {name}" };
    }

    /// <summary>The good ones that are banned.</summary>
    public async Task<IReadOnlyList<string>> DefamedAsync()
    {
        List<string> defamed = [];
        foreach (EntryPointVersion version in _versions)
        {
            Dictionary<Address, Kind> good = Enum.GetValues<Kind>().ToDictionary(kind => Good(version, kind));
            JsonElement dump = await rig.AskAsync("debug_bundler_dumpReputation", SimpleAccountWallet.EntryPointOf(version).Address.ToString());
            defamed.AddRange(dump.EnumerateArray()
                .Where(entry => good.ContainsKey(Address.Parse(entry.GetProperty("address").GetString())) && entry.GetProperty("status").GetString() == "banned")
                .Select(entry => $"the {good[Address.Parse(entry.GetProperty("address").GetString())]} paymaster of {version} is banned: {entry.GetRawText()}"));
        }

        return defamed;
    }

    private static Address Good(EntryPointVersion version, Kind kind) => A.AddressOf(FirstPlace + (int)version * 0x10 + (int)kind);

    /// <summary>One limit for all in v0.6, one for each of the paymaster's calls in the later ones.</summary>
    private static Stranger Paid(Stranger stranger, Address paymaster, ulong gas) => stranger with
    {
        Operation = stranger.EntryPoint.HasPaymasterGasLimits
            ? stranger.Operation with { Paymaster = paymaster, PaymasterVerificationGasLimit = LittleGas, PaymasterPostOpGasLimit = gas }
            : stranger.Operation with { Paymaster = paymaster, VerificationGasLimit = gas },
    };

    private async Task<Address> PlaceAsync(EntryPointVersion version, Address paymaster, string? postOp, bool isStaked, ulong work = 0)
    {
        await rig.Anvil.RpcAsync("anvil_setCode", paymaster.ToLowerHex(), PaymasterCode.Of(postOp).ToString());
        await rig.Anvil.RpcAsync(
            "anvil_setStorageAt", paymaster.ToLowerHex(), Hash32.Zero.ToString(), Hash32.From(1 + work / PaymasterCode.RoundGas).ToString());
        await DecreeAsync(SimpleAccountWallet.EntryPointOf(version).Address, paymaster, version, isStaked);
        return paymaster;
    }

    /// <summary>DepositInfo: the first mapping of every EntryPoint; v0.6 has a smaller deposit, and stake beside it.</summary>
    private async Task DecreeAsync(Address entryPoint, Address paymaster, EntryPointVersion version, bool isStaked)
    {
        const int DelaySeconds = 172_800;
        Hash32 slot = Keccak256.Hash(Bytes.Concat(paymaster.ToWord().ToBytes(), Hash32.Zero.ToBytes()));
        UInt256 stake = isStaked ? (_stake << 8) + 1 : 0;
        UInt256 delay = isStaked ? DelaySeconds : 0;
        (UInt256 first, UInt256 second) = version == EntryPointVersion.V06 ? (_deposit + (stake << 112), delay) : (_deposit, stake + (delay << 120));
        await SetAsync(slot, first);
        await SetAsync(Hash32.From(slot.ToUInt256() + 1), second);

        Task SetAsync(Hash32 at, UInt256 value) => rig.Anvil.RpcAsync("anvil_setStorageAt", entryPoint.ToLowerHex(), at.ToString(), Hash32.From(value).ToString());
    }
}
