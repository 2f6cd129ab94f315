using Bundler.ChainTests.Methods;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.ChainTests.Strangers;

/// <summary>Makes operations of every kind of account, and a fifth of enemies; the same seed and number make the same operation.</summary>
internal sealed class StrangerWorkload(MethodRig rig, StrangerChain chain, int seed) : IDisposable
{
    private const string Osaka = "osaka";
    private const ulong ChainId = 1337;
    private const int OneEnemyIn = 5;
    private const int MostData = 7_000;
    private const int FirstPlace = 0x60_0000;

    private static readonly Address _delegate = Address.Parse("0x0000000000000000000000000000000000de1e9a");
    private static readonly EntryPointVersion[] _versions = Enum.GetValues<EntryPointVersion>();

    private readonly StrangerWallets _wallets = new(rig);

    /// <summary>Who pays for some of them.</summary>
    public StrangerSponsors Sponsors { get; } = new(rig);

    public async Task BeginAsync()
    {
        await rig.Anvil.RpcAsync("anvil_setCode", _delegate.ToLowerHex(), StrangerCode.Idle.ToString());
        await Sponsors.BeginAsync();
        await _wallets.BeginAsync();
    }

    /// <summary>The operation of this number; its account stands on the chain.</summary>
    public Task<Stranger> NextAsync(int index)
    {
        Random random = new(HashOf(seed, index));
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(random.GetItems(_versions, 1)[0]);
        return random.Next(OneEnemyIn) == 0 ? EnemyAsync(index, random, entryPoint) : HonestAsync(index, random, entryPoint);
    }

    public void Dispose() => _wallets.Dispose();

    private async Task<Stranger> HonestAsync(int index, Random random, EntryPoint entryPoint)
    {
        Stranger stranger = random.Next(9) switch
        {
            0 => await PlacedAsync(index, random, entryPoint, "idle", StrangerCode.Idle),
            1 => await PlacedAsync(index, random, entryPoint, "reverting", StrangerCode.Reverting),
            2 => await PlacedAsync(index, random, entryPoint, "storing", StrangerCode.Storing((ushort)random.Next(1, 60))),
            3 => await PlacedAsync(index, random, entryPoint, "logging", StrangerCode.Logging((ushort)random.Next(1, 1_000))),
            4 => await PlacedAsync(index, random, entryPoint, "wanting gas", StrangerCode.Wanting((uint)Spread(random, 10_000, chain.MostGas / 2))),
            5 => await PlacedAsync(index, random, entryPoint, "attempting", StrangerCode.Attempting((ushort)random.Next(1, 60))) with { NoteOfFailure = StrangerCode.NoteOfFailure },
            6 => await ByFactoryAsync(index, random, entryPoint),
            7 when chain.Hardfork == Osaka => await _wallets.PasskeyAsync(index, entryPoint, Plain(A.AddressOf(FirstPlace + index), random)),
            _ => Limited(await _wallets.DeployedAsync(index, entryPoint, _delegate, WalletData(random)), random),
        };
        stranger = random.Next(4) == 0 ? StrangerSponsors.Honestly(stranger, random) : stranger;
        return stranger with { Honest = true, Estimated = random.Next(2) == 0 };
    }

    private async Task<Stranger> EnemyAsync(int index, Random random, EntryPoint entryPoint)
    {
        switch (random.Next(10))
        {
            case 0:
                Stranger greedy = await PlacedAsync(index, random, entryPoint, "enemy: asking for much", StrangerCode.Idle);
                return greedy with { Operation = greedy.Operation with { CallGasLimit = Spread(random, 1_000_000, chain.MostGas) } };
            case 1:
                Stranger underpaid = await PlacedAsync(index, random, entryPoint, "enemy: underpaid", StrangerCode.Idle);
                return underpaid with
                {
                    Operation = underpaid.Operation with { CallData = Data(random, MostData), CallGasLimit = Spread(random, 20_000, chain.MostGas / 2) },
                    PreVerificationGasPercent = (uint)random.Next(50, 101),
                    Tip = (uint)random.Next(100, 400),
                };
            case 2:
                return await PlacedAsync(index, random, entryPoint, "enemy: reverting after admission", StrangerCode.Idle) with { Turns = StrangerCode.Broken };
            case 3:
                return await PlacedAsync(index, random, entryPoint, "enemy: disowned after admission", StrangerCode.Idle) with { Turns = StrangerCode.Disowned };
            case 4:
                Stranger bulky = await PlacedAsync(index, random, entryPoint, "enemy: large trace", StrangerCode.Calling((ushort)random.Next(50, 1_000)));
                return bulky with { Operation = bulky.Operation with { CallGasLimit = 2_000_000 } };
            case 5:
                Stranger burning = await PlacedAsync(index, random, entryPoint, "enemy: burning", StrangerCode.Burning);
                return burning with { Operation = burning.Operation with { CallGasLimit = Spread(random, 100_000, 5_000_000) } };
            case 6 or 7 or 8:
                return await Sponsors.IllAsync(await PlacedAsync(index, random, entryPoint, "", StrangerCode.Idle), random);
            default:
                return await DelegatingAsync(index, random, entryPoint);
        }
    }

    /// <summary>An account by decree.</summary>
    private async Task<Stranger> PlacedAsync(int index, Random random, EntryPoint entryPoint, string name, Bytes code)
    {
        Address place = A.AddressOf(FirstPlace + index);
        await rig.Anvil.RpcAsync("anvil_setCode", place.ToLowerHex(), code.ToString());
        await rig.Anvil.RpcAsync("anvil_setBalance", place.ToLowerHex(), StrangerWallets.HundredEther);
        return new Stranger(index, name, Honest: false, entryPoint, Plain(place, random), Tip(random));
    }

    private async Task<Stranger> ByFactoryAsync(int index, Random random, EntryPoint entryPoint) =>
        Limited(await _wallets.ByFactoryAsync(index, entryPoint, _delegate, WalletData(random)), random);

    private Stranger Limited(Stranger stranger, Random random) => stranger with { Operation = stranger.Operation with { CallGasLimit = CallGas(random) }, Tip = Tip(random) };

    private static Bytes WalletData(Random random) => Data(random, (int)Spread(random, 1, MostData - 1_000));

    /// <summary>On a chain without EIP-7702 such a tuple can never go.</summary>
    private async Task<Stranger> DelegatingAsync(int index, Random random, EntryPoint entryPoint)
    {
        byte[] secret = new byte[Hash32.Size];
        random.NextBytes(secret.AsSpan(1));
        using PrivateKey key = new(secret);
        await rig.Anvil.RpcAsync("anvil_setBalance", key.Address.ToLowerHex(), StrangerWallets.HundredEther);
        UserOperation operation = Plain(key.Address, random) with { Eip7702Auth = Authorization.Sign(key, ChainId, _delegate, 0) };
        return new Stranger(index, "enemy: delegating", Honest: false, entryPoint, operation, Tip(random));
    }

    private UserOperation Plain(Address sender, Random random) => new()
    {
        Sender = sender,
        Nonce = 0,
        CallData = random.Next(8) == 0 ? Bytes.Empty : Data(random, (int)Spread(random, 1, MostData)),
        CallGasLimit = CallGas(random),
        VerificationGasLimit = random.Next(4) == 0 ? Spread(random, 5_000, 1_000_000) : 80_000,
        Signature = Bytes.Own(new byte[random.Next(100)]),
    };

    private UInt256 CallGas(Random random) => random.Next(10) switch
    {
        0 => Spread(random, 1, chain.MostGas),
        1 => 0,
        _ => Spread(random, 20_000, 500_000),
    };

    private static uint Tip(Random random) => random.Next(3) == 0 ? (uint)random.Next(100, 1_000) : 100;

    /// <summary>Some are all zeros, which cost a quarter.</summary>
    private static Bytes Data(Random random, int length)
    {
        byte[] data = new byte[length];
        if (random.Next(3) != 0)
        {
            random.NextBytes(data);
        }

        data[0] = StrangerCode.Execute;
        return Bytes.Own(data);
    }

    /// <summary>Every magnitude as often as any other.</summary>
    private static ulong Spread(Random random, ulong least, ulong most) => (ulong)(least * Math.Pow((double)most / least, random.NextDouble()));

    private static int HashOf(int seed, int index) => unchecked((seed * 1_000_003) ^ (index * 7_919));
}
