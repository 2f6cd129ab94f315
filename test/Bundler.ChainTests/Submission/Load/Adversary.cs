using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Bundler.Erc4337;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Submission.Load;

/// <summary>
/// Sends, beside honest operations, those that cost a bundler money: some revert, some burn all their gas, some ask for much more than they use,
/// some are replaced again and again, and some are made invalid by a transaction that pays more than the bundle: by the account's owner, who
/// empties it, or by another bundler, who takes the operation. It does nothing that anybody could not do on a real chain.
/// </summary>
internal sealed class Adversary(LoadRig rig) : IDisposable
{
    private const string TenEther = "0x8ac7230489e80000";

    private static readonly AbiFunction _execute = AbiFunction.Parse("execute(address dest,uint256 value,bytes func)");
    private static readonly Address _endless = Address.Parse("0x00000000000000000000000000000000000e4d1e");
    private static readonly Address _reverting = Address.Parse("0x00000000000000000000000000000000000badbe");
    private static readonly Address _thief = Address.Parse("0x0000000000000000000000000000000000007e1f");
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(120);
    private static readonly TimeSpan _funded = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan _after = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Random _random = new(7562);
    private readonly ConcurrentDictionary<string, int> _counts = [];
    private readonly ConcurrentDictionary<int, bool> _busy = [];
    private readonly ConcurrentBag<Task> _plots = [];

    /// <summary>What was sent, by kind.</summary>
    public string Summary() => string.Join(", ", _counts.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Value} {each.Key}"));

    public void Dispose() => _one.Dispose();

    /// <summary>Attacks for so long; yields the signer's balance in every block, and in some more after the attack.</summary>
    public async IAsyncEnumerable<UInt256> RunAsync(TimeSpan time, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // JUMPDEST PUSH1 0 JUMP, and PUSH1 0 PUSH1 0 REVERT.
        await rig.Anvil.RpcAsync("anvil_setCode", _endless.ToLowerHex(), "0x5b600056");
        await rig.Anvil.RpcAsync("anvil_setCode", _reverting.ToLowerHex(), "0x60006000fd");
        await using Ambush ambush = new(rig);
        long start = TimeProvider.System.GetTimestamp();
        ulong seen = await rig.Eth.BlockNumberAsync(cancellationToken);
        ulong key = 1;
        while (TimeProvider.System.GetElapsedTime(start) < time + _after)
        {
            if (TimeProvider.System.GetElapsedTime(start) < time)
            {
                await AttackAsync(ambush, key++);
            }

            for (ulong head = await rig.Eth.BlockNumberAsync(cancellationToken); seen < head; seen++)
            {
                yield return await rig.BalanceAsync(LoadRig.Signer, BlockTag.Number(seen + 1));
            }

            await Task.Delay(_pause, TimeProvider.System, cancellationToken);
        }

        await Task.WhenAll(_plots);
    }

    private async Task AttackAsync(Ambush ambush, ulong key)
    {
        int account = _random.Next(rig.Wallets.Count);
        if (_busy.ContainsKey(account))
        {
            return;
        }

        switch (_random.Next(12))
        {
            case 0:
                await SendAsync("reverting", rig.Operation(account, key, operation => Calling(operation, _reverting)));
                break;
            case 1:
                await SendAsync("burning all their gas", rig.Operation(account, key, operation => Calling(operation, _endless) with { CallGasLimit = 500_000 }));
                break;
            case 2:
                await SendAsync("asking for much more gas than they use", rig.Operation(account, key, operation => operation with { CallGasLimit = 3_000_000 }));
                break;
            case 3:
                await ReplaceAsync(account, key);
                break;
            case 4 or 5:
                // At once, before a bundle can be built, or while one is.
                if (await SendAsync("emptied after acceptance", rig.Operation(account, key)))
                {
                    Plot(account, TimeSpan.FromMilliseconds(_random.Next(2) * _random.Next(600)));
                }

                break;
            case 6:
                ambush.Lay(rig.Wallets[account].Address, _ => EmptyAsync(account));
                _ = await SendAsync("emptied on sight of the bundle", rig.Operation(account, key));
                break;
            case 7:
                ambush.Lay(rig.Wallets[account].Address, TakeAsync);
                _ = await SendAsync("taken by another bundler on sight", rig.Operation(account, key));
                break;
            default:
                await SendAsync("honest", rig.Operation(account, key));
                break;
        }
    }

    private async Task ReplaceAsync(int account, ulong key)
    {
        for (uint raise = 0; raise < 4; raise++)
        {
            UInt256 percent = 100 + 15 * raise;
            await SendAsync("replacing", rig.Operation(account, key, operation => operation with
            {
                MaxFeePerGas = operation.MaxFeePerGas * percent / 100,
                MaxPriorityFeePerGas = operation.MaxPriorityFeePerGas * percent / 100,
            }));
        }
    }

    private void Plot(int account, TimeSpan delay) => _plots.Add(EmptyLaterAsync(account, delay));

    private async Task EmptyLaterAsync(int account, TimeSpan delay)
    {
        await Task.Delay(delay, TimeProvider.System);
        await EmptyAsync(account);
    }

    /// <summary>The owner takes everything out of the account, and gives it back some time later.</summary>
    private async Task EmptyAsync(int account)
    {
        _busy[account] = true;
        Address wallet = rig.Wallets[account].Address;
        UInt256 balance = await rig.BalanceAsync(wallet, BlockTag.Latest);
        await OvertakeAsync(DevAccounts.All[2].Address, wallet, _execute.EncodeCall(_thief, balance, Bytes.Empty));
        _plots.Add(RefillAsync(account));
    }

    private async Task RefillAsync(int account)
    {
        await Task.Delay(_funded, TimeProvider.System);
        await TransactAsync(
            new { from = DevAccounts.All[4].Address.ToLowerHex(), to = rig.Wallets[account].Address.ToLowerHex(), value = TenEther });
        await Task.Delay(_funded, TimeProvider.System);
        _busy.TryRemove(account, out _);
    }

    private Task TakeAsync(UserOperation operation) => OvertakeAsync(
        DevAccounts.All[3].Address, LoadRig.EntryPoint.Address, LoadRig.EntryPoint.Bundles.EncodeHandleOps([operation], DevAccounts.All[3].Address));

    /// <summary>A transaction that pays more than any bundle.</summary>
    private Task OvertakeAsync(Address from, Address to, Bytes data) => TransactAsync(
        new { from = from.ToLowerHex(), to = to.ToLowerHex(), data = data.ToString(), gas = "0x7a120", maxFeePerGas = "0x174876e800", maxPriorityFeePerGas = "0x174876e800" });

    /// <summary>One at a time: anvil gives the same nonce to two that come together.</summary>
    private async Task TransactAsync(object transaction)
    {
        await _one.WaitAsync();
        try
        {
            await rig.Anvil.RpcAsync("eth_sendTransaction", transaction);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<bool> SendAsync(string kind, UserOperation operation)
    {
        (Hash32? hash, string? error) = await rig.SendAsync(operation);
        string what = hash is null ? string.Create(CultureInfo.InvariantCulture, $"{kind} (refused)") : kind;
        _counts.AddOrUpdate(what, 1, (_, count) => count + 1);
        return error is null;
    }

    private static UserOperation Calling(UserOperation operation, Address target) =>
        operation with { CallData = _execute.EncodeCall(target, UInt256.Zero, Bytes.Empty) };
}
