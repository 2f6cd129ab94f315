using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Signers;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Signing.Guard;

namespace Bundler.Operations.Funds;

/// <summary>What the signers have, what was transferred within the last day, and what of that is spent of the guards' budgets.</summary>
internal sealed class FundsBook(GuardedKeyring keyring, SignerPool pool, ISubmissionStore store, EthClient eth, TimeProvider clock)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The guards learn what was transferred before the restart.</summary>
    public async Task RecallAsync(CancellationToken cancellationToken)
    {
        foreach (StoredTransaction transfer in (await TransfersAsync(cancellationToken)).Select(stored => stored.Transaction))
        {
            Transaction transaction = Transaction.Decode(transfer.Raw).Transaction;
            keyring.Budget.Count(transfer.Signer, transfer.Nonce, transaction.To!.Value, transaction.Value, transfer.SignedAt);
        }
    }

    /// <summary>The signers' funds at a block; <c>null</c> while a transfer is on its way, or while the balances are older than the last one.</summary>
    public async Task<IReadOnlyList<SignerFunds>?> ReadAsync(BlockTag block, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredTransfer> sent = await TransfersAsync(cancellationToken);
        IReadOnlyList<SignerFunds> signers = await BalancesAsync(block, cancellationToken);
        return sent.Any(transfer => transfer.End is null || IsUnseen(transfer, signers)) ? null : signers;
    }

    /// <summary>wei that went to these accounts within the guards' day.</summary>
    public UInt256 SpentFor(params IEnumerable<Address> accounts) => keyring.Budget.Spent(accounts.ToHashSet());

    private Task<IReadOnlyList<StoredTransfer>> TransfersAsync(CancellationToken cancellationToken) =>
        store.LoadTransfersAsync(clock.GetUtcNow() - Day, cancellationToken);

    /// <summary>The balances are older than the block that has the transfer: a node that lags behind answered.</summary>
    private static bool IsUnseen(StoredTransfer transfer, IReadOnlyList<SignerFunds> signers) =>
        transfer.End is BundleEnd.Mined or BundleEnd.Reverted
        && signers.Any(signer => signer.Address == transfer.Transaction.Signer && signer.Nonce <= transfer.Transaction.Nonce);

    private async Task<IReadOnlyList<SignerFunds>> BalancesAsync(BlockTag block, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        (Address Address, Pending<UInt256> Balance, Pending<ulong> Nonce)[] asked =
            [.. pool.Addresses.Select(signer => (signer, batch.GetBalance(signer, block), batch.GetTransactionCount(signer, block)))];
        await batch.SendAsync(cancellationToken);
        return [.. asked.Select(answer => new SignerFunds(answer.Address, answer.Balance.Value, answer.Nonce.Value))];
    }
}
