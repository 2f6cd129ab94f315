using Bundler.Client;
using Bundler.Client.Accounts;
using Bundler.Client.Flow;
using Bundler.Client.Operations;
using Bundler.Client.Sponsors;
using Bundler.Testing;
using Nethereum.Hex.HexTypes;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Signer;
using Nethereum.Util;
using Nethereum.Web3;
using Newtonsoft.Json.Linq;

namespace Bundler.ClientTests.Chain;

/// <summary>A dev chain, a node, and Nethereum on both.</summary>
internal sealed class ClientRig : IAsyncDisposable
{
    private const string OneEther = "0xde0b6b3a7640000";
    private const string DepositTo = "0xb760faf9";
    private const int TransactionGas = 5_000_000;
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
        await using Started started = new();
        AnvilProcess anvil = started.Add(await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.5 }));
        return started.HandOver(new ClientRig(anvil, await NodeProcess.StartAsync(anvil.Url)));
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
    public Task<string> Deploy7702Async(EntryPointVersion version) => DeployAsync(
        $"node_modules/aa0{(int)version + 6}/artifacts/Simple7702Account.json", version == EntryPointVersion.V09 ? EntryPointOf(version).Address[2..].PadLeft(64, '0') : "");

    /// <summary>A paymaster that pays for everybody, with a deposit at the version's EntryPoint.</summary>
    public async Task<string> DeployPaymasterAsync(EntryPointVersion version)
    {
        string paymaster = await DeployAsync("test/contracts/artifacts/RulePaymaster.json", arguments: "");
        TransactionInput deposit = Transaction(EntryPointOf(version).Address, DepositTo + paymaster[2..].PadLeft(64, '0'));
        deposit.Value = new HexBigInteger(OneEther);
        await Web3.TransactionManager.SendTransactionAndWaitForReceiptAsync(deposit, CancellationToken.None);
        return paymaster;
    }

    /// <summary>By the deterministic deployer.</summary>
    private async Task<string> DeployAsync(string artifact, string arguments)
    {
        string code = (string)JObject.Parse(await File.ReadAllTextAsync(Repo.PathOf(artifact)))["bytecode"]! + arguments;
        string address = ContractUtils.CalculateCreate2Address(Deployments.DeterministicDeployer.ToString(), NoSalt, code);
        if ((await Web3.Eth.GetCode.SendRequestAsync(address)).Length == 2)
        {
            await Web3.TransactionManager.SendTransactionAndWaitForReceiptAsync(Transaction(Deployments.DeterministicDeployer.ToString(), NoSalt + code[2..]), CancellationToken.None);
        }

        return address;
    }

    private TransactionInput Transaction(string to, string data) =>
        new() { From = Web3.TransactionManager.Account.Address, To = to, Data = data, Gas = new HexBigInteger(TransactionGas) };

    /// <summary>An account's client.</summary>
    public SmartAccountClient Wallet(ISmartAccount account, ISponsor? sponsor = null) => new(Web3, Bundler, account)
    {
        Sponsor = sponsor,
        Waiting = new WaitOptions { PollingInterval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(60) },
    };

    public async Task<System.Numerics.BigInteger> BalanceAsync(string address) => await Web3.Eth.GetBalance.SendRequestAsync(address);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await _anvil.DisposeAsync();
    }
}
