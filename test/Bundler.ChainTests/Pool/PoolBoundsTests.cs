using System.Globalization;
using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Pool;

/// <summary>The bounds of the mempool as an operator sets them, on the running node: replacement, queue, sender, number and bytes.</summary>
public sealed class PoolBoundsTests
{
    private const ulong Gwei = 1_000_000_000;

    private readonly EntryPoint _entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V07);
    private InclusionRig _rig = null!;
    private int _places;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _rig = await InclusionRig.StartAsync(withNode: false);
        await _rig.StartNodeAsync(
            null, "--debug-api", "--bundling", "manual", "--Bundler:Pool:ReplacementPercent=20", "--Bundler:Pool:MaxQueuedNonces=2",
            "--Bundler:Pool:MaxPerSender=3", "--Bundler:Pool:MaxOperations=4", "--Bundler:Pool:MaxBytes=7000");
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [SetUp]
    public Task ClearAsync() => _rig.Node.RpcAsync("debug_bundler_clearState");

    [TestCase(119ul, 120ul, false)]
    [TestCase(120ul, 119ul, false)]
    [TestCase(120ul, 120ul, true)]
    public async Task A_replacement_raises_both_fees_by_the_percent_that_is_set(ulong fee, ulong tip, bool isTaken)
    {
        UserOperation first = Paying(await AccountAsync(), 10 * Gwei) with { MaxFeePerGas = 20 * Gwei };
        string replaced = await SendAsync(first);

        string answer = await AnswerAsync(first with { MaxFeePerGas = 20 * Gwei * fee / 100, MaxPriorityFeePerGas = 10 * Gwei * tip / 100 });

        Assert.That(answer, isTaken ? Does.StartWith("0x") : Does.StartWith("-32602").And.Contain("replacement underpriced"));
        Assert.That((await EndAsync(replaced)).Status, Is.EqualTo(isTaken ? "replaced" : "pending"));
    }

    [Test]
    public async Task GREP_050_a_paymaster_that_a_replacement_leaves_out_has_not_been_seen()
    {
        Address paymaster = await _rig.PaymasterAsync(_entryPoint);
        UserOperation first = Paying(await AccountAsync(), 5 * Gwei);
        await SendAsync(InclusionRig.Sponsored(_entryPoint, first, paymaster));
        string before = await SeenAsync(paymaster);

        await SendAsync(first with { MaxFeePerGas = 6 * Gwei, MaxPriorityFeePerGas = 6 * Gwei });

        Assert.That((before, await SeenAsync(paymaster)), Is.EqualTo(("0x1", "0x0")));
    }

    [Test]
    public async Task So_many_nonces_wait_behind_the_next_and_none_behind_a_gap()
    {
        Address account = await AccountAsync();
        UserOperation operation = Paying(account, 5 * Gwei);

        Assert.That(await AnswerAsync(operation with { Nonce = 1 }), Does.Contain("AA25"), "a gap");
        await SendAsync(operation);
        await SendAsync(operation with { Nonce = 1 });
        await SendAsync(operation with { Nonce = 2 });
        Assert.That(await AnswerAsync(operation with { Nonce = 3 }), Does.Contain("AA25"), "one too many");
    }

    [Test]
    public async Task A_sender_has_so_many_operations()
    {
        UserOperation operation = Paying(await AccountAsync(), 5 * Gwei);
        for (ulong key = 0; key < 3; key++)
        {
            await SendAsync(operation with { Nonce = new UserOperationNonce(key, 0).Value });
        }

        Assert.That(
            await AnswerAsync(operation with { Nonce = new UserOperationNonce(3, 0).Value }), Does.Contain("has 3 pending operations, at most 3 are allowed"));
    }

    [Test]
    public async Task A_full_mempool_gives_up_what_pays_least_and_of_equals_the_youngest()
    {
        Address[] accounts = [await AccountAsync(), await AccountAsync(), await AccountAsync(), await AccountAsync()];
        string[] hashes = new string[4];
        ulong[] tips = [5, 5, 7, 8];
        for (int i = 0; i < accounts.Length; i++)
        {
            hashes[i] = await SendAsync(Paying(accounts[i], tips[i] * Gwei));
        }

        Assert.That(await AnswerAsync(Paying(await AccountAsync(), 5 * Gwei)), Does.Contain("the mempool is full of operations that pay more"));
        string newcomer = await SendAsync(Paying(await AccountAsync(), 6 * Gwei));

        Assert.That(await EndAsync(hashes[1]), Is.EqualTo(("dropped", "evicted: the mempool is full and it paid least")));
        foreach (string stays in new[] { hashes[0], hashes[2], hashes[3], newcomer })
        {
            Assert.That((await EndAsync(stays)).Status, Is.EqualTo("pending"));
        }
    }

    [Test]
    public async Task What_waits_behind_an_evicted_operation_goes_with_it()
    {
        Address account = await AccountAsync();
        string first = await SendAsync(Paying(account, 5 * Gwei));
        string behind = await SendAsync(Paying(account, 9 * Gwei) with { Nonce = 1 });
        await SendAsync(Paying(await AccountAsync(), 7 * Gwei));
        await SendAsync(Paying(await AccountAsync(), 7 * Gwei));

        await SendAsync(Paying(await AccountAsync(), 6 * Gwei));

        Assert.That((await EndAsync(first)).Reason, Does.StartWith("evicted"));
        Assert.That((await EndAsync(behind)).Reason, Does.Contain($"{first} before it in its nonce order was dropped"));
    }

    [Test]
    public async Task A_large_operation_that_pays_more_takes_the_bytes_of_the_cheapest()
    {
        string cheapest = await SendAsync(Large(await AccountAsync(), 5 * Gwei));
        string small = await SendAsync(Paying(await AccountAsync(), 5 * Gwei + 1));

        Assert.That(await AnswerAsync(Large(await AccountAsync(), 5 * Gwei)), Does.Contain("the mempool is full"));
        await SendAsync(Large(await AccountAsync(), 6 * Gwei));

        Assert.That(((await EndAsync(cheapest)).Status, (await EndAsync(small)).Status), Is.EqualTo(("dropped", "pending")));
    }

    private async Task<Address> AccountAsync()
    {
        Address account = Address.Parse(string.Create(CultureInfo.InvariantCulture, $"0xb0170000000000000000000000000000{++_places:x8}"));
        await _rig.PutAsync("RuleAccount", account);
        return account;
    }

    private static UserOperation Paying(Address account, ulong fee) =>
        InclusionRig.Operation(account) with { Signature = Bytes.Empty, MaxFeePerGas = fee, MaxPriorityFeePerGas = fee };

    private static UserOperation Large(Address account, ulong fee) => Paying(account, fee) with { CallData = Bytes.Own(new byte[4_000]) };

    private Task<string> SendAsync(UserOperation operation) => _rig.SendAsync(_entryPoint, operation);

    /// <summary>The hash, or code and message of the refusal.</summary>
    private async Task<string> AnswerAsync(UserOperation operation)
    {
        JsonElement wire = JsonElement.Parse(Engine.Pool.OperationJson.Write(_entryPoint, operation).Span);
        JsonElement answer = await _rig.Node.CallAsync("eth_sendUserOperation", wire, _entryPoint.Address.ToString());
        return answer.TryGetProperty("error", out JsonElement error)
            ? $"{error.GetProperty("code").GetInt32()} {error.GetProperty("message").GetString()}"
            : answer.GetProperty("result").GetString()!;
    }

    private async Task<(string Status, string? Reason)> EndAsync(string userOpHash)
    {
        JsonElement status = await _rig.Node.RpcAsync("bundler_getUserOperationStatus", userOpHash);
        return (status.GetProperty("status").GetString()!, status.GetProperty("reason").GetString());
    }

    private async Task<string> SeenAsync(Address entity) =>
        (await _rig.Node.RpcAsync("debug_bundler_dumpReputation", _entryPoint.Address.ToString())).EnumerateArray()
            .Single(entry => Address.Parse(entry.GetProperty("address").GetString()) == entity).GetProperty("opsSeen").GetString()!;
}
