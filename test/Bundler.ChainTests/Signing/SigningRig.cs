using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Bundler.Testing.Kms;

namespace Bundler.ChainTests.Signing;

/// <summary>A dev chain, a node whose first key is in an AWS KMS that can be in trouble, and accounts with money.</summary>
internal sealed class SigningRig : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = Eventually.Patience;

    private readonly HttpTransport _http;
    private readonly PrivateKey _owner = PrivateKey.Parse(DevAccounts.All[2].PrivateKey);
    private ulong _salt = 9_000;

    private SigningRig(AnvilProcess anvil, FakeAwsKms kms, NodeProcess node)
    {
        Anvil = anvil;
        Kms = kms;
        Node = node;
        _http = new HttpTransport(new HttpTransportOptions { Url = anvil.Url }, TimeProvider.System);
        Eth = new EthClient(_http);
    }

    public AnvilProcess Anvil { get; }

    public FakeAwsKms Kms { get; }

    public NodeProcess Node { get; }

    public EthClient Eth { get; }

    /// <summary>The key service is asked twice for each signature and given 0.3 s each time.</summary>
    public static async Task<SigningRig> StartAsync(params string[] arguments)
    {
        await using Started started = new();
        AnvilProcess anvil = started.Add(await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.5 }));
        FakeAwsKms kms = started.Add(new FakeAwsKms(SoftKey.Generate()));
        await kms.StartAsync();
        await anvil.RpcAsync("anvil_setBalance", kms.Key.Address.ToString(), "0xde0b6b3a7640000");
        NodeProcess node = await NodeProcess.StartAsync(
            anvil.Url,
            new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE", ["AWS_SECRET_ACCESS_KEY"] = TestSecrets.AwsSecretKey },
            [
                $"--Bundler:Signing:AwsKms:one:KeyId={FakeAwsKms.KeyArn}",
                $"--Bundler:Signing:AwsKms:one:Endpoint={kms.Endpoint}",
                $"--Bundler:Signing:AwsKms:one:Address={kms.Key.Address}",
                "--Bundler:KeyServices:MaxAttempts=2",
                "--Bundler:Rpc:OperatorAddress=127.0.0.1:0",
                "--Bundler:KeyServices:AttemptTimeoutSeconds=0.3",
                .. arguments,
            ]);
        return started.HandOver(new SigningRig(anvil, kms, node));
    }

    /// <summary>Sends operations, each of an account of its own, one after another; their hashes.</summary>
    public async Task<IReadOnlyList<string>> SendAsync(int count)
    {
        List<string> hashes = [];
        for (int i = 0; i < count; i++)
        {
            SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(Eth, EntryPointVersion.V07, _owner, _salt++);
            await Anvil.RpcAsync("anvil_setBalance", wallet.Address.ToLowerHex(), "0xde0b6b3a7640000");
            hashes.Add(await Node.SendAsync(wallet.EntryPoint, wallet.Signed()));
        }

        return hashes;
    }

    /// <summary>Until each of the operations has its receipt, and all succeeded; who signed their transactions.</summary>
    public async Task<IReadOnlyList<Address>> MinedAsync(IReadOnlyList<string> hashes)
    {
        List<Address> signers = [];
        foreach (string hash in hashes)
        {
            JsonElement receipt = default;
            await Eventually.Async(
                async () => (receipt = await Node.RpcAsync("eth_getUserOperationReceipt", hash)).ValueKind == JsonValueKind.Object, Deadline, $"the receipt of {hash}");
            Assert.That(receipt.GetProperty("success").GetBoolean(), Is.True);
            signers.Add(Address.Parse(receipt.GetProperty("receipt").GetProperty("from").GetString()));
        }

        return signers;
    }

    /// <summary>How many of the operations have no receipt.</summary>
    public async Task<int> WaitingAsync(IReadOnlyList<string> hashes)
    {
        JsonElement[] receipts = await Task.WhenAll(hashes.Select(hash => Node.RpcAsync("eth_getUserOperationReceipt", hash)));
        return receipts.Count(receipt => receipt.ValueKind == JsonValueKind.Null);
    }

    /// <summary>What the health page says of a signer, and its status.</summary>
    public async Task<(int Status, JsonElement Signer)> HealthAsync(Address signer)
    {
        (int status, JsonElement body) = await Node.ReadinessAsync();
        JsonElement.ArrayEnumerator signers = body.GetProperty("checks").GetProperty("signers").GetProperty("data").EnumerateArray();
        return (status, signers.Single(entry => entry.GetProperty("address").GetString() == signer.ToString()).Clone());
    }

    public Task StateAsync(Address signer, string state) => Eventually.Async(
        async () => (await HealthAsync(signer)).Signer.GetProperty("state").GetString() == state, Deadline, $"{signer} is {state}");

    public async Task<ulong> NonceAsync(Address signer) => await Eth.GetTransactionCountAsync(signer, BlockTag.Latest, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        _owner.Dispose();
        _http.Dispose();
        await Node.DisposeAsync();
        await Kms.DisposeAsync();
        await Anvil.DisposeAsync();
    }
}
