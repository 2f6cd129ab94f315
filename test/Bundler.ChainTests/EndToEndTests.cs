using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests;

/// <summary>The main job, from eth_sendUserOperation to the receipt, over every EntryPoint, with the node as its users run it.</summary>
[TestFixture(EntryPointVersion.V06)]
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
public sealed class EndToEndTests(EntryPointVersion version)
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private readonly List<PrivateKey> _keys = [];
    private readonly Started _started = new();
    private AnvilProcess _anvil = null!;
    private NodeProcess _node = null!;
    private HttpTransport _http = null!;
    private EthClient _eth = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _anvil = _started.Add(await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.5 }));
        _node = _started.Add(await NodeProcess.StartAsync(_anvil.Url, "--debug-api"));
        _http = new HttpTransport(new HttpTransportOptions { Url = _anvil.Url }, TimeProvider.System);
        _eth = new EthClient(_http);
    }

    [TearDown]
    public async Task EndAsync()
    {
        _http?.Dispose();
        _keys.ForEach(key => key.Dispose());
        _keys.Clear();
        await _started.DisposeAsync();
    }

    [Test]
    public async Task An_operation_travels_from_the_call_to_its_receipt()
    {
        SimpleAccountWallet wallet = await WalletAsync(0);
        UserOperation operation = wallet.Signed();

        string hash = await SendAsync(wallet, operation);
        JsonElement receipt = await ReceiptAsync(hash);
        JsonElement found = await _node.RpcAsync("eth_getUserOperationByHash", hash);

        Assert.That(hash, Is.EqualTo(wallet.EntryPoint.Hash(operation, 1337, null).ToString()));
        Assert.That(receipt.GetProperty("success").GetBoolean(), Is.True);
        Assert.That(receipt.GetProperty("userOpHash").GetString(), Is.EqualTo(hash));
        Assert.That(Address.Parse(receipt.GetProperty("sender").GetString()), Is.EqualTo(wallet.Address));
        Assert.That(Address.Parse(receipt.GetProperty("entryPoint").GetString()), Is.EqualTo(wallet.EntryPoint.Address));
        Assert.That(receipt.GetProperty("receipt").GetProperty("transactionHash").GetString(), Is.EqualTo(found.GetProperty("transactionHash").GetString()));
        Assert.That(found.GetProperty("userOperation").GetProperty("signature").GetString(), Is.EqualTo(operation.Signature.ToString()));
        Assert.That(found.GetProperty("blockNumber").GetString(), Is.EqualTo(receipt.GetProperty("receipt").GetProperty("blockNumber").GetString()));
    }

    [Test]
    public async Task An_estimate_with_a_dummy_signature_is_enough_for_the_signed_operation()
    {
        SimpleAccountWallet wallet = await WalletAsync(7);
        UserOperation draft = wallet.Operation() with
        {
            CallGasLimit = 0,
            VerificationGasLimit = 0,
            PreVerificationGas = 0,
            Signature = Bytes.Own([.. Enumerable.Repeat((byte)0xff, 65)]),
        };

        JsonElement estimate = await _node.RpcAsync("eth_estimateUserOperationGas", OperationWire.Of(wallet.EntryPoint, draft), wallet.EntryPoint.Address.ToString());
        UserOperation signed = wallet.Sign(draft with
        {
            CallGasLimit = UInt256.ParseQuantity(estimate.GetProperty("callGasLimit").GetString()),
            VerificationGasLimit = UInt256.ParseQuantity(estimate.GetProperty("verificationGasLimit").GetString()),
            PreVerificationGas = UInt256.ParseQuantity(estimate.GetProperty("preVerificationGas").GetString()),
        });

        Assert.That((await ReceiptAsync(await SendAsync(wallet, signed))).GetProperty("success").GetBoolean(), Is.True);
    }

    [Test]
    public async Task Consecutive_nonces_queue_and_are_included_in_order()
    {
        SimpleAccountWallet wallet = await WalletAsync(8);
        string[] hashes =
        [
            await SendAsync(wallet, wallet.Signed()),
            await SendAsync(wallet, wallet.Signed(deployed: true, nonce: 1)),
            await SendAsync(wallet, wallet.Signed(deployed: true, nonce: 2)),
        ];

        foreach (string hash in hashes)
        {
            Assert.That((await ReceiptAsync(hash)).GetProperty("success").GetBoolean(), Is.True);
        }
    }

    [Test]
    public async Task Operations_of_many_accounts_are_included_exactly_once_through_a_kill()
    {
        // Two hundred of fifty accounts where most of the traffic is, a few where it is not.
        ulong accounts = version == EntryPointVersion.V07 ? 50UL : 10UL;
        List<SimpleAccountWallet> wallets = [];
        for (ulong i = 0; i < accounts; i++)
        {
            wallets.Add(await WalletAsync(100 + i));
        }

        await DeployAsync(wallets);
        List<(SimpleAccountWallet Wallet, UserOperation Operation)> operations = [];
        foreach (SimpleAccountWallet wallet in wallets)
        {
            for (ulong key = 1; key <= 4; key++)
            {
                operations.Add((wallet, wallet.Signed(deployed: true, nonce: new UserOperationNonce(key, 0).Value)));
            }
        }

        // Half of them, a kill in the middle of some more, the node again, the rest: whatever was answered with a hash must be included.
        int half = operations.Count / 2;
        int torn = operations.Count / 10;
        List<string> accepted = [.. await Pace.Async(operations[..half], each => SendAsync(each.Wallet, each.Operation))];
        Task<string?>[] cut = [.. operations.Skip(half).Take(torn).Select(each => TrySendAsync(each.Wallet, each.Operation))];
        await _node.KillAsync();
        string?[] heard = await Task.WhenAll(cut);
        _node = _started.Add(await _node.RestartAsync());
        accepted.AddRange(heard.OfType<string>());
        foreach ((SimpleAccountWallet wallet, UserOperation operation) in operations.Skip(half).Take(torn).Where((_, i) => heard[i] is null))
        {
            // Nobody heard an answer: it may have been stored or not. Sent again it is either taken or known.
            await TrySendAsync(wallet, operation);
            accepted.Add(wallet.EntryPoint.Hash(operation, 1337, null).ToString());
        }

        accepted.AddRange(await Pace.Async(operations[(half + torn)..], each => SendAsync(each.Wallet, each.Operation)));
        foreach (string hash in accepted)
        {
            JsonElement receipt = await ReceiptAsync(hash);
            Assert.That(receipt.GetProperty("success").GetBoolean(), Is.True);
        }

        IReadOnlyList<LogEntry> events = await _eth.GetLogsAsync(
            new LogFilter
            {
                FromBlock = BlockTag.Earliest,
                Addresses = [operations[0].Wallet.EntryPoint.Address],
                Topics = [[EntryPointEvents.UserOperationEvent.Topic]],
            },
            CancellationToken.None);
        string[] included = [.. events.Select(log => log.Topics[1].ToString()).Where(accepted.Contains)];
        Assert.That(included, Is.EquivalentTo(accepted), "every operation once");
    }

    private async Task<SimpleAccountWallet> WalletAsync(ulong salt)
    {
        PrivateKey owner = PrivateKey.Parse(DevAccounts.All[2].PrivateKey);
        _keys.Add(owner);
        SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(_eth, version, owner, salt);
        await _anvil.RpcAsync("anvil_setBalance", wallet.Address.ToLowerHex(), "0xde0b6b3a7640000");
        return wallet;
    }

    /// <summary>First operations in bundles of a dev account's own: the factories of v0.8+ answer only the EntryPoint.</summary>
    private async Task DeployAsync(IReadOnlyList<SimpleAccountWallet> wallets)
    {
        foreach (SimpleAccountWallet[] chunk in wallets.Chunk(25))
        {
            Bytes data = chunk[0].EntryPoint.Bundles.EncodeHandleOps([.. chunk.Select(wallet => wallet.Signed())], DevAccounts.All[0].Address);
            await _anvil.RpcAsync(
                "eth_sendTransaction",
                new { from = DevAccounts.All[0].Address.ToLowerHex(), to = chunk[0].EntryPoint.Address.ToLowerHex(), data = data.ToString(), gas = "0xf42400" });
        }

        await Eventually.Async(
            async () => !(await _eth.GetCodeAsync(wallets[^1].Address, BlockTag.Latest, CancellationToken.None)).IsEmpty, Eventually.Patience, "the accounts' code");
    }

    private Task<string> SendAsync(SimpleAccountWallet wallet, UserOperation operation) => _node.SendAsync(wallet.EntryPoint, operation);

    private async Task<string?> TrySendAsync(SimpleAccountWallet wallet, UserOperation operation)
    {
        try
        {
            return await SendAsync(wallet, operation);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidOperationException or TaskCanceledException)
        {
            return null;
        }
    }

    private async Task<JsonElement> ReceiptAsync(string hash)
    {
        JsonElement receipt = default;
        await Eventually.Async(
            async () => (receipt = await _node.RpcAsync("eth_getUserOperationReceipt", hash)).ValueKind == JsonValueKind.Object, _deadline, $"the receipt of {hash}");
        return receipt;
    }
}
