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
/// some are replaced again and again, and some are made invalid after they were accepted, even by a transaction in the very block of their bundle.
/// </summary>
internal sealed class Adversary(LoadRig rig)
{
    private static readonly AbiFunction _execute = AbiFunction.Parse("execute(address dest,uint256 value,bytes func)");
    private static readonly Address _endless = Address.Parse("0x00000000000000000000000000000000000e4d1e");
    private static readonly Address _reverting = Address.Parse("0x00000000000000000000000000000000000badbe");
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    private readonly Random _random = new(7562);
    private readonly ConcurrentDictionary<string, int> _counts = [];

    /// <summary>What was sent, by kind.</summary>
    public string Summary() => string.Join(", ", _counts.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Value} {each.Key}"));

    /// <summary>Attacks for so long; yields the signer's balance in every block, and in some more after the attack.</summary>
    public async IAsyncEnumerable<UInt256> RunAsync(TimeSpan time, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // JUMPDEST PUSH1 0 JUMP, and PUSH1 0 PUSH1 0 REVERT.
        await rig.Anvil.RpcAsync("anvil_setCode", _endless.ToLowerHex(), "0x5b600056");
        await rig.Anvil.RpcAsync("anvil_setCode", _reverting.ToLowerHex(), "0x60006000fd");
        long start = TimeProvider.System.GetTimestamp();
        ulong seen = 0;
        ulong key = 1;
        while (TimeProvider.System.GetElapsedTime(start) < time + TimeSpan.FromSeconds(10))
        {
            if (TimeProvider.System.GetElapsedTime(start) < time)
            {
                await AttackAsync(key++);
            }

            ulong head = await rig.Eth.BlockNumberAsync(cancellationToken);
            for (; seen < head; seen++)
            {
                if (seen > 0)
                {
                    yield return await rig.BalanceAsync(LoadRig.Signer, BlockTag.Number(seen + 1));
                }
                else
                {
                    seen = head - 1;
                }
            }

            await Task.Delay(_pause, TimeProvider.System, cancellationToken);
        }
    }

    private async Task AttackAsync(ulong key)
    {
        int account = _random.Next(rig.Wallets.Count);
        switch (_random.Next(10))
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
            case 3 or 4:
                for (uint raise = 0; raise < 4; raise++)
                {
                    UInt256 percent = 100 + 15 * raise;
                    await SendAsync("replacing", rig.Operation(account, key, operation => operation with
                    {
                        MaxFeePerGas = operation.MaxFeePerGas * percent / 100,
                        MaxPriorityFeePerGas = operation.MaxPriorityFeePerGas * percent / 100,
                    }));
                }

                break;
            case 5 or 6:
                // Half of them are invalidated before a bundle can be built, half while it is on its way.
                if (await SendAsync("invalidated after acceptance", rig.Operation(account, key)))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(2) * _random.Next(600)), TimeProvider.System);
                    await SetBalanceAsync(account, "0x0");
                    await Task.Delay(TimeSpan.FromSeconds(1.2), TimeProvider.System);
                    await SetBalanceAsync(account, "0x8ac7230489e80000");
                }

                break;
            default:
                await SendAsync("honest", rig.Operation(account, key));
                break;
        }
    }

    private async Task<bool> SendAsync(string kind, UserOperation operation)
    {
        (Hash32? hash, string? error) = await rig.SendAsync(operation);
        string what = hash is null ? string.Create(CultureInfo.InvariantCulture, $"{kind} (refused)") : kind;
        _counts.AddOrUpdate(what, 1, (_, count) => count + 1);
        return error is null;
    }

    private Task SetBalanceAsync(int account, string wei) => rig.Anvil.RpcAsync("anvil_setBalance", rig.Wallets[account].Address.ToLowerHex(), wei);

    private static UserOperation Calling(UserOperation operation, Address target) =>
        operation with { CallData = _execute.EncodeCall(target, UInt256.Zero, Bytes.Empty) };
}
