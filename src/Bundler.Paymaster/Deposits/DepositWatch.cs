using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Bundler.Engine;
using Bundler.Engine.Alarms;
using Bundler.Engine.Chain;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Paymaster.Deposits;

/// <summary>Reads deposit, stake and liability of each paymaster of ours (S0-19), and raises one alarm when one becomes low, again only after it was well between.</summary>
internal sealed class DepositWatch(
    EthClient eth, IGrantStore grants, OwnPaymasters paymasters, DepositBook book, IAlarm alarm, IOptions<DepositOptions> options,
    ILogger<DepositWatch> logger, TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    private readonly UInt256 _low = options.Value.Low;
    private readonly ConcurrentDictionary<Address, string> _troubled = new();

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (paymasters.All.Count == 0)
        {
            yield break;
        }

        using PeriodicTimer timer = new(TimeSpan.FromSeconds(options.Value.LookSeconds), Clock);
        do
        {
            yield return true;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>All of them side by side, so that one which cannot be read hides no other.</summary>
    protected override Task StepAsync(bool item, CancellationToken cancellationToken) =>
        Task.WhenAll(paymasters.All.Select(paymaster => LookAsync(paymaster, cancellationToken)));

    private async Task LookAsync(OwnPaymaster paymaster, CancellationToken cancellationToken)
    {
        CallRequest call = new() { To = paymaster.EntryPoint, Data = EntryPointCalls.GetDepositInfo.EncodeCall(paymaster.Address) };
        StakeInfo info = EntryPointCalls.DecodeDepositInfo(paymaster.Address, await eth.CallAsync(call, BlockTag.Latest, cancellationToken));
        GrantLiability liability = await grants.LiabilityAsync(paymaster.Address, cancellationToken);
        PaymasterDeposit read = new(paymaster, info.Deposit, info.Stake, info.UnstakeDelaySec, liability, Clock.GetUtcNow());
        book.Write(read);
        Tell(read);
    }

    private void Tell(PaymasterDeposit read)
    {
        if (read.Trouble(_low) is not { } trouble)
        {
            _troubled.TryRemove(read.Paymaster.Address, out _);
        }
        else if (_troubled.TryAdd(read.Paymaster.Address, trouble))
        {
            alarm.Raise(new Alarm("sponsor.deposit", IsCritical: read.Liability.Owed > read.Deposit, read.Paymaster.Address.ToString(), trouble));
        }
    }
}
