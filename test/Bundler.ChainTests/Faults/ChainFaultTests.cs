using System.Globalization;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.ChainTests.Faults;

/// <summary>What the chain, the key's other users and the clock may do while operations are on their way: in = out.</summary>
public sealed class ChainFaultTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly DevAccount _signer = DevAccounts.All[1];
    private static readonly UInt256 _gwei = 1_000_000_000;

    private AnvilProcess _anvil = null!;
    private HttpTransport _http = null!;
    private EthClient _eth = null!;

    [OneTimeSetUp]
    public async Task StartChainAsync()
    {
        _anvil = await AnvilProcess.StartAsync();
        _http = new HttpTransport(new HttpTransportOptions { Url = _anvil.Url }, TimeProvider.System);
        _eth = new EthClient(_http);
    }

    [OneTimeTearDown]
    public async Task StopChainAsync()
    {
        _http.Dispose();
        await _anvil.DisposeAsync();
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(10)]
    public async Task A_reorganisation_while_some_operations_are_included_and_others_in_flight(int depth)
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using NodeProcess node = await NodeProcess.StartAsync(_anvil.Url, "--debug-api", "--Bundler:Submission:ReplaceAfterSeconds=1");
        SimpleAccountWallet[] included = await traffic.FundAsync(3);
        SimpleAccountWallet[] pending = await traffic.FundAsync(3);
        await _anvil.RpcAsync("anvil_mine", "0xa");
        await traffic.SendFromAsync(node, included);
        await traffic.IncludedAsync(node);
        ulong before = await _eth.BlockNumberAsync(CancellationToken.None);
        await _anvil.RpcAsync("evm_setAutomine", false);
        await traffic.SendFromAsync(node, pending);
        await Eventually.Async(async () => await PendingAsync() > await NonceAsync(), _deadline, "a bundle is in the Ethereum node's pool");

        await _anvil.RpcAsync("anvil_reorg", depth, Array.Empty<object>());
        await _anvil.RpcAsync("evm_setAutomine", true);
        await _anvil.RpcAsync("evm_mine");

        await traffic.AssertInIsOutAsync(node);
        Assert.That(await _eth.BlockNumberAsync(CancellationToken.None), Is.GreaterThan(before));
        Assert.That(node.Output, Does.Contain("The chain was reorganised below block"));
    }

    [Test]
    public async Task The_base_fee_rises_tenfold_while_a_bundle_is_pending()
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await SetBaseFeeAsync(_gwei * 3 / 10);
        await using NodeProcess node = await NodeProcess.StartAsync(
            _anvil.Url, "--debug-api", "--Bundler:Submission:ReplaceAfterSeconds=1", "--Bundler:Submission:ReplaceAfterBlockTimes=0");
        await _anvil.RpcAsync("evm_setAutomine", false);
        try
        {
            await traffic.SendAsync(node);
            await Eventually.Async(async () => await PendingAsync() > await NonceAsync(), _deadline, "a bundle is pending");
            ulong nonce = await NonceAsync();
            await SetBaseFeeAsync(_gwei * 3);
            Assert.That(await NonceAsync(), Is.EqualTo(nonce), "the bundle does not pay for this block");
            await Eventually.Async(() => node.Output.Contains("Replaced 0x", StringComparison.Ordinal), _deadline, $"the bundle is replaced\n{node.Output}");
        }
        finally
        {
            await _anvil.RpcAsync("evm_setAutomine", true);
        }

        await _anvil.RpcAsync("evm_mine");
        await traffic.AssertInIsOutAsync(node);
    }

    [Test]
    public async Task A_foreign_transaction_of_the_key_is_mined_in_place_of_a_bundle()
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using NodeProcess node = await NodeProcess.StartAsync(_anvil.Url, "--debug-api", "--Bundler:Submission:ForeignQuietSeconds=1");
        await _anvil.RpcAsync("evm_setAutomine", false);
        try
        {
            await traffic.SendAsync(node);
            await Eventually.Async(async () => await PendingAsync() > await NonceAsync(), _deadline, "a bundle is pending");
            await SendForeignAsync(await NonceAsync());
        }
        finally
        {
            await _anvil.RpcAsync("evm_setAutomine", true);
        }

        await _anvil.RpcAsync("evm_mine");
        await traffic.AssertInIsOutAsync(node);
    }

    [Test]
    public async Task A_foreign_transaction_of_the_key_waits_behind_a_gap_that_the_next_bundle_closes()
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using NodeProcess node = await NodeProcess.StartAsync(_anvil.Url, "--debug-api", "--Bundler:Submission:ForeignQuietSeconds=1");
        ulong nonce = await NonceAsync();
        await SendForeignAsync(nonce + 1);
        await SendForeignAsync(nonce + 3);

        await traffic.SendAsync(node);
        await traffic.IncludedAsync(node);
        await traffic.SendAsync(node);
        await traffic.IncludedAsync(node);
        await traffic.SendAsync(node);

        await traffic.AssertInIsOutAsync(node);
        Assert.That(await NonceAsync(), Is.GreaterThan(nonce + 3));
    }

    [TestCase(3600)]
    [TestCase(-3600)]
    public async Task The_clock_jumps_by(int seconds)
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        string file = Path.GetTempFileName();
        await using NodeProcess node = await NodeProcess.StartAsync(
            _anvil.Url, "--debug-api", $"--Bundler:Development:ClockOffsetFile={file}", "--Bundler:Submission:ReplaceAfterSeconds=1");
        await _anvil.RpcAsync("evm_setAutomine", false);
        try
        {
            await traffic.SendAsync(node);
            await Eventually.Async(async () => await PendingAsync() > await NonceAsync(), _deadline, "a bundle is pending");
            await File.WriteAllTextAsync(file, seconds.ToString(CultureInfo.InvariantCulture));
            await traffic.SendAsync(node);
        }
        finally
        {
            await _anvil.RpcAsync("evm_setAutomine", true);
        }

        await _anvil.RpcAsync("evm_mine");
        await traffic.IncludedAsync(node);
        await File.WriteAllTextAsync(file, "0");
        await traffic.SendAsync(node);

        await traffic.AssertInIsOutAsync(node);
        Assert.That((await node.ReadinessAsync()).Status, Is.EqualTo(200));
        File.Delete(file);
    }

    private Task<ulong> NonceAsync() => _eth.GetTransactionCountAsync(_signer.Address, BlockTag.Latest, CancellationToken.None);

    private Task<ulong> PendingAsync() => _eth.GetTransactionCountAsync(_signer.Address, BlockTag.Pending, CancellationToken.None);

    private async Task SetBaseFeeAsync(UInt256 fee)
    {
        await _anvil.RpcAsync("anvil_setNextBlockBaseFeePerGas", fee.ToQuantity());
        await _anvil.RpcAsync("evm_mine");
    }

    /// <summary>Pays more than any bundle, and does nothing.</summary>
    private async Task SendForeignAsync(ulong nonce)
    {
        using PrivateKey key = PrivateKey.Parse(_signer.PrivateKey);
        FeeMarketTransaction transaction = new()
        {
            ChainId = 1337,
            Nonce = nonce,
            GasLimit = 21_000,
            To = DevAccounts.All[5].Address,
            Value = 1,
            MaxFeePerGas = _gwei * 100,
            MaxPriorityFeePerGas = _gwei * 100,
        };
        await _eth.SendRawTransactionAsync(transaction.Sign(key.Sign(transaction.SigningHash())).Raw, CancellationToken.None);
    }
}
