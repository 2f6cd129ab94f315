using Bundler.Engine;
using Bundler.Engine.Admission;
using Bundler.Erc4337;
using Bundler.Ethereum.JsonRpc;
using Bundler.Paymaster.Ledger;
using Microsoft.Extensions.Logging;

namespace Bundler.Paymaster.Granting;

/// <summary>
/// A grant that was made inside the node for an operation on its way into the pool, and that leaves the process only with it: whatever refuses the operation behind the grant, what was reserved is
/// given back. Where nobody knows whether the pool has stored it, it counts until it expires.
/// </summary>
public sealed class GrantWithdrawal(IGrantStore grants, ILogger<GrantWithdrawal> logger)
{
    /// <summary>What the admission says.</summary>
    /// <param name="grant">Made for this admission, or asked for before, which the ledger knows.</param>
    /// <param name="admission">Of the operation with the grant in it.</param>
    public async Task<Outcome<T>> UnlessAdmittedAsync<T>(GrantId grant, Func<Task<Outcome<T>>> admission)
        where T : notnull
    {
        Outcome<T> outcome;
        try
        {
            outcome = await admission();
        }
        catch (Exception fault) when (IsBeforeStoring(fault))
        {
            await WithdrawAsync(grant, $"not admitted: {fault.GetType().Name}");
            throw;
        }

        if (!outcome.Accepted)
        {
            await WithdrawAsync(grant, $"not admitted: {outcome.Rejection.Message}");
        }

        return outcome;
    }

    /// <summary>Of the Ethereum node, the turns before it and a node on its way out; and of a caller who has gone, who is heard only until the writing begins. A store's fault says nothing of what it has.</summary>
    private static bool IsBeforeStoring(Exception fault) =>
        fault is TransportException or JsonRpcException or TooManyWaitingException or NodeStoppingException or OperationCanceledException;

    private async Task WithdrawAsync(GrantId grant, string reason)
    {
        try
        {
            if (await grants.WithdrawAsync(grant, reason, CancellationToken.None))
            {
                logger.Withdrawn(grant, reason);
            }
        }
        catch (StoreUnavailableException down)
        {
            logger.NotGivenBack(grant, down);
        }
    }
}
