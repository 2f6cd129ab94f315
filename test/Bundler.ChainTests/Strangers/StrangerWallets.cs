using System.Security.Cryptography;
using System.Text.Json;
using Bundler.ChainTests.Methods;
using Bundler.ChainTests.Spec;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Strangers;

/// <summary>Wallets of known kinds: SimpleAccounts, deployed beforehand or by the operation, and accounts of passkeys.</summary>
internal sealed class StrangerWallets(MethodRig rig) : IDisposable
{
    public const string HundredEther = "0x56bc75e2d63100000";

    private const int FirstSalt = 0x62_0000;
    private const ulong ChainId = 1337;

    private static readonly AbiFunction _senderCreator = AbiFunction.Parse("senderCreator() returns (address)");
    private static readonly Bytes _passkeyCode = SpecStage.TestArtifact("P256Account").DeployedBytecode;

    private readonly PrivateKey _owner = PrivateKey.Parse(DevAccounts.All[2].PrivateKey);
    private readonly ECDsa _passkey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Dictionary<EntryPointVersion, SimpleAccountWallet> _deployed = [];
    private readonly int[] _uses = new int[Enum.GetValues<EntryPointVersion>().Length];

    /// <summary>Deploys one wallet for each EntryPoint.</summary>
    public async Task BeginAsync()
    {
        foreach (EntryPointVersion version in Enum.GetValues<EntryPointVersion>())
        {
            SimpleAccountWallet wallet = await NewAsync(version, FirstSalt);
            string by = version >= EntryPointVersion.V08 ? await CreatorAsync(wallet.EntryPoint) : DevAccounts.All[0].Address.ToLowerHex();
            await rig.Anvil.RpcAsync(
                "eth_sendTransaction", new { from = by, to = wallet.Factory.ToLowerHex(), data = wallet.Operation().FactoryData.ToString(), gas = "0xf4240" });
            await Eventually.Async(
                async () => !(await rig.Eth.GetCodeAsync(wallet.Address, BlockTag.Latest, CancellationToken.None)).IsEmpty, MethodRig.Deadline, "the wallet is deployed");
            _deployed[version] = wallet;
        }
    }

    /// <summary>The operation deploys it; its signature has the right form for an estimate.</summary>
    public async Task<Stranger> ByFactoryAsync(int index, EntryPoint entryPoint, Address target, Bytes data)
    {
        SimpleAccountWallet wallet = await NewAsync(entryPoint.Version, (ulong)(FirstSalt + index));
        return Of(index, "wallet", wallet, wallet.Calling(target, data));
    }

    /// <summary>Stands on the chain and is used by as many operations as may be pending (UREP-010), each of a nonce key of its own; then by another.</summary>
    public async Task<Stranger> DeployedAsync(int index, EntryPoint entryPoint, Address target, Bytes data)
    {
        if (Interlocked.Increment(ref _uses[Array.IndexOf(Enum.GetValues<EntryPointVersion>(), entryPoint.Version)]) > Erc7562Constants.SameSenderMempoolCount)
        {
            return await ByFactoryAsync(index, entryPoint, target, data);
        }

        SimpleAccountWallet wallet = _deployed[entryPoint.Version];
        return Of(index, "deployed wallet", wallet, wallet.Calling(target, data, deployed: true, new UserOperationNonce((ulong)index, 0).Value));
    }

    /// <summary>Its key is the P-256 key of a device; the precompile comes with osaka.</summary>
    public async Task<Stranger> PasskeyAsync(int index, EntryPoint entryPoint, UserOperation operation)
    {
        ECPoint point = _passkey.ExportParameters(includePrivateParameters: false).Q;
        string account = operation.Sender.ToLowerHex();
        await rig.Anvil.RpcAsync("anvil_setCode", account, _passkeyCode.ToString());
        await rig.Anvil.RpcAsync("anvil_setBalance", account, HundredEther);
        await rig.Anvil.RpcAsync("anvil_setStorageAt", account, Hash32.Zero.ToString(), Hash32.From(UInt256.FromBigEndian(point.X)).ToString());
        await rig.Anvil.RpcAsync("anvil_setStorageAt", account, Hash32.From(1).ToString(), Hash32.From(UInt256.FromBigEndian(point.Y)).ToString());
        return new Stranger(index, "passkey", Honest: false, entryPoint, Sign(operation with { CallData = Bytes.Empty }), 100) { Sign = Sign };

        UserOperation Sign(UserOperation each) =>
            each with { Signature = Bytes.Own(_passkey.SignHash(entryPoint.Hash(each, ChainId, null).ToBytes().ToArray())) };
    }

    public void Dispose()
    {
        _owner.Dispose();
        _passkey.Dispose();
    }

    private static Stranger Of(int index, string name, SimpleAccountWallet wallet, UserOperation operation) =>
        new(index, name, Honest: false, wallet.EntryPoint, wallet.Sign(operation), 100) { Sign = each => wallet.Sign(each) };

    private async Task<SimpleAccountWallet> NewAsync(EntryPointVersion version, ulong salt)
    {
        SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(rig.Eth, version, _owner, salt);
        await rig.Anvil.RpcAsync("anvil_setBalance", wallet.Address.ToLowerHex(), HundredEther);
        return wallet;
    }

    /// <summary>From v0.8 on factories answer nobody else.</summary>
    private async Task<string> CreatorAsync(EntryPoint entryPoint)
    {
        Bytes answer = await rig.Eth.CallAsync(new CallRequest { To = entryPoint.Address, Data = _senderCreator.EncodeCall() }, BlockTag.Latest, CancellationToken.None);
        string creator = ((Address)_senderCreator.DecodeResult(answer)[0]).ToLowerHex();
        await rig.Anvil.RpcAsync("anvil_setBalance", creator, HundredEther);
        await rig.Anvil.RpcAsync("anvil_impersonateAccount", creator);
        return creator;
    }
}
