using System.Collections;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Node.Commands;
using Bundler.Node.Startup;
using Bundler.Testing;

namespace Bundler.ChainTests.Commands;

/// <summary>A dev chain with a Safe on it, and <c>bundler paymaster</c> as an operator runs it.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PaymasterStage : IAsyncDisposable
{
    public const string OneCoin = "1000000000000000000";

    private readonly AnvilProcess _chain;
    private readonly HttpTransport _http;
    private readonly SecretFolder _folder = new();

    private PaymasterStage(AnvilProcess chain)
    {
        _chain = chain;
        _http = new HttpTransport(new HttpTransportOptions { Url = chain.Url }, TimeProvider.System);
        Eth = new EthClient(_http);
    }

    public EthClient Eth { get; }

    public Uri ChainUrl => _chain.Url;

    /// <summary>Has code, as a Safe has, and takes money.</summary>
    public static Address Safe { get; } = Address.Parse("0x5afe00000000000000000000000000000000005a");

    /// <summary>Whose grants every paymaster here takes.</summary>
    public static DevAccount Signer => DevAccounts.All[4];

    public static async Task<PaymasterStage> StartAsync()
    {
        PaymasterStage stage = new(await AnvilProcess.StartAsync());
        await stage._chain.RpcAsync("anvil_setCode", Safe.ToLowerHex(), "0x00");
        await stage._chain.RpcAsync("anvil_setBalance", Safe.ToLowerHex(), "0x3635c9adc5dea00000");
        await stage._chain.RpcAsync("anvil_impersonateAccount", Safe.ToLowerHex());
        return stage;
    }

    /// <summary>A wish in a file; the salt makes it another contract than every other test's.</summary>
    public string Wish(EntryPointVersion version, string name, string flavour = "set")
    {
        JsonObject wish = new()
        {
            ["entryPoint"] = SimpleAccountWallet.EntryPointOf(version).Address.ToString(),
            ["flavour"] = flavour,
            ["owner"] = Safe.ToString(),
            ["signers"] = new JsonArray(Signer.Address.ToString()),
            ["maxCostPerOperation"] = "10000000000000000",
            ["deposit"] = OneCoin,
            ["salt"] = Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(name)).ToString(),
        };
        return _folder.Write($"{name}.wish", wish.ToJsonString());
    }

    /// <summary>A node that signs for a paymaster.</summary>
    public string Node(EntryPointVersion version, string name, Address paymaster)
    {
        string key = _folder.Write($"{name}.key", Signer.PrivateKey);
        JsonObject node = new()
        {
            ["Bundler"] = new JsonObject
            {
                ["GrantSigning"] = new JsonObject { ["KeyFile"] = key },
                ["Storage"] = new JsonObject { ["DataDirectory"] = _folder.PathOf($"{name}.data") },
                ["Sponsor"] = new JsonObject
                {
                    ["Enabled"] = true,
                    ["Paymasters"] = new JsonObject
                    {
                        ["mine"] = new JsonObject
                        {
                            ["Address"] = paymaster.ToString(),
                            ["EntryPoint"] = SimpleAccountWallet.EntryPointOf(version).Address.ToString(),
                            ["Signer"] = Signer.Address.ToString(),
                        },
                    },
                },
            },
        };
        return _folder.Write($"{name}.json", node.ToJsonString());
    }

    public string PathOf(string name) => _folder.PathOf(name);

    /// <summary>Runs the command; what it prints on both streams.</summary>
    public async Task<CommandAnswer> RunAsync(params string[] arguments)
    {
        PaymasterArguments asked = PaymasterArguments.Parse([.. arguments, "--rpc-url", _chain.Url.ToString()]);
        using StringWriter output = new(CultureInfo.InvariantCulture);
        using StringWriter errors = new(CultureInfo.InvariantCulture);
        int exitCode = await PaymasterCommand.RunAsync(asked, new LayerReader(asked.Configuration, new Hashtable()), output, errors);
        return new CommandAnswer(exitCode, output.ToString(), errors.ToString());
    }

    /// <summary>Does what a batch file says, as the Safe: every call in order.</summary>
    public async Task ExecuteAsync(string safeFile)
    {
        JsonObject batch = JsonNode.Parse(await File.ReadAllTextAsync(safeFile))!.AsObject();
        Assert.That((string?)batch["meta"]!["createdFromSafeAddress"], Is.EqualTo(Safe.ToString()));
        foreach (JsonNode? transaction in batch["transactions"]!.AsArray())
        {
            await SendAsync((string)transaction!["to"]!, (string)transaction["data"]!, UInt256.ParseDecimal((string)transaction["value"]!));
        }

        File.Delete(safeFile);
    }

    /// <summary>As the Safe.</summary>
    public async Task SendAsync(string to, string data, UInt256 value)
    {
        JsonElement hash = await _chain.RpcAsync("eth_sendTransaction", new { from = Safe.ToLowerHex(), to, data, value = value.ToQuantity(), gas = "0x500000" });
        TransactionReceipt? receipt = null;
        await Eventually.Async(
            async () => (receipt = await Eth.GetTransactionReceiptAsync(Hash32.Parse(hash.GetString()!), CancellationToken.None)) is not null, Eventually.Patience, "it is mined");
        Assert.That(receipt!.Success, Is.True, data);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _folder.Dispose();
        await _chain.DisposeAsync();
    }
}

/// <summary>How a command ended, and what it said.</summary>
internal sealed record CommandAnswer(int ExitCode, string Output, string Errors)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public override string ToString() => $"{ExitCode}\n{Output}{Errors}";
}
