using Bundler.Client;
using Bundler.Client.Accounts;
using Bundler.Client.Flow;
using Bundler.Client.Operations;
using Bundler.Testing;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Signer;
using Nethereum.Web3;
using Newtonsoft.Json.Linq;

namespace Bundler.ClientTests.Chain;

/// <summary>A dev chain, a node, and Nethereum on both.</summary>
internal sealed class ClientRig : IAsyncDisposable
{
    private const string OneEther = "0xde0b6b3a7640000";
    private const string NoSalt = "0x0000000000000000000000000000000000000000000000000000000000000000";

    private readonly AnvilProcess _anvil;

    private ClientRig(AnvilProcess anvil, NodeProcess node)
    {
        _anvil = anvil;
        Node = node;
        Web3 = new Web3(new Nethereum.Web3.Accounts.Account(DevAccounts.All[3].PrivateKey), anvil.Url.ToString());
        Bundler = Web3.Bundler(node.Url);
    }

    public NodeProcess Node { get; }

    public Web3 Web3 { get; }

    public BundlerApiService Bundler { get; }

    /// <summary>Of every version, at its address on the dev chain.</summary>
    public static EntryPoint EntryPointOf(EntryPointVersion version) => version == EntryPointVersion.V09
        ? new EntryPoint(version, Deployments.EntryPointV09.ToString())
        : EntryPoint.Published.Single(each => each.Version == version);

    public static async Task<ClientRig> StartAsync()
    {
        AnvilProcess anvil = await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.5 });
        return new ClientRig(anvil, await NodeProcess.StartAsync(anvil.Url));
    }

    public static KeyOwner NewOwner() => new(EthECKey.GenerateKey());

    public Task FundAsync(string address) => _anvil.RpcAsync("anvil_setBalance", address, OneEther);

    /// <summary>A SimpleAccount with money that is not created yet.</summary>
    public async Task<SimpleAccount> SimpleAccountAsync(EntryPointVersion version, bool funded = true)
    {
        SimpleAccountOptions? options = version == EntryPointVersion.V09 ? new SimpleAccountOptions { Factory = Deployments.SimpleAccountFactoryV09.ToString() } : null;
        SimpleAccount account = await SimpleAccount.CreateAsync(Web3, EntryPointOf(version), NewOwner(), options);
        if (funded)
        {
            await FundAsync(account.Address);
        }

        return account;
    }

    /// <summary>The Simple7702Account of a version.</summary>
    public async Task<string> Deploy7702Async(EntryPointVersion version)
    {
        JObject artifact = JObject.Parse(await File.ReadAllTextAsync(Repo.PathOf($"node_modules/aa0{(int)version + 6}/artifacts/Simple7702Account.json")));
        string entryPoint = version == EntryPointVersion.V09 ? EntryPointOf(version).Address[2..].PadLeft(64, '0') : "";
        string code = (string)artifact["bytecode"]! + entryPoint;
        TransactionInput deployment = new()
        {
            From = Web3.TransactionManager.Account.Address,
            To = Deployments.DeterministicDeployer.ToString(),
            Data = NoSalt + code[2..],
            Gas = new Nethereum.Hex.HexTypes.HexBigInteger(5_000_000),
        };
        await Web3.TransactionManager.SendTransactionAndWaitForReceiptAsync(deployment, CancellationToken.None);
        byte[] address = Nethereum.Util.Sha3Keccack.Current.CalculateHash(
            [0xff, .. Deployments.DeterministicDeployer.ToString().HexToByteArray(), .. NoSalt.HexToByteArray(), .. Nethereum.Util.Sha3Keccack.Current.CalculateHash(code.HexToByteArray())]);
        return address[12..].ToHex(prefix: true);
    }

    /// <summary>An account's client; several words may be waited for at once.</summary>
    public SmartAccountClient Wallet(ISmartAccount account) => new(Web3, Bundler, account)
    {
        Waiting = new WaitOptions { PollingInterval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(60) },
    };

    public async Task<System.Numerics.BigInteger> BalanceAsync(string address) => await Web3.Eth.GetBalance.SendRequestAsync(address);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await _anvil.DisposeAsync();
    }
}
