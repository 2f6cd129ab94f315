using System.Runtime.CompilerServices;
using Bundler.Engine;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Signing.Guard;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Operations.Funds;

/// <summary>
/// Keeps the signers' funds within their band, one transfer at a time: the next is planned when the last is settled and the balances that
/// are looked at include it. What was sent is read from the store of signed transactions, so that a crash neither doubles nor forgets one.
/// </summary>
internal sealed class FundsLoop(
    GuardedKeyring keyring,
    SignerGuardLimits limits,
    SignerPool pool,
    SubmissionQueue queue,
    ISubmissionStore store,
    EthClient eth,
    HeadFeed heads,
    FeeOracle fees,
    Drain drain,
    IOptions<FundsOptions> options,
    ILogger<FundsLoop> logger,
    TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    private const ulong TopUpGas = 21_000;

    /// <summary>The price of gas may rise so much before a transfer is cancelled and planned anew.</summary>
    private const ulong PriceRoom = 4;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly FundsBand _band = options.Value.ToBand();
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(options.Value.CheckSeconds);
    private SignerLease? _last;
    private string? _hindrance;

    private bool IsOn => _band.Sweeps || _band.TopsUp;

    /// <summary>The guards learn what was transferred before the restart.</summary>
    protected override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (StoredTransaction transfer in (await store.LoadTransfersAsync(Clock.GetUtcNow() - Day, cancellationToken)).Select(stored => stored.Transaction))
        {
            Transaction transaction = Transaction.Decode(transfer.Raw).Transaction;
            keyring.Budget.Count(transfer.Signer, transfer.Nonce, transaction.To!.Value, transaction.Value, transfer.SignedAt);
        }
    }

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(_interval, Clock);
        while (IsOn && await timer.WaitForNextTickAsync(cancellationToken))
        {
            yield return true;
        }
    }

    protected override async Task StepAsync(bool item, CancellationToken cancellationToken)
    {
        if (drain.HasBegun || _last is { IsOver: false } || heads.Latest is not { } head)
        {
            return;
        }

        IReadOnlyList<StoredTransfer> sent = await store.LoadTransfersAsync(Clock.GetUtcNow() - Day, cancellationToken);
        IReadOnlyList<SignerFunds> signers = await ReadAsync(BlockTag.Number(head.Number), cancellationToken);
        if (sent.Any(transfer => transfer.End is null || IsUnseen(transfer, signers)))
        {
            return;
        }

        UInt256 swept = _band.Treasury is { } treasury ? keyring.Budget.Spent(new HashSet<Address> { treasury }) : UInt256.Zero;
        UInt256 toppedUp = keyring.Budget.Spent(signers.Select(signer => signer.Address).ToHashSet());
        TellHindrance(FundsPlan.Hindrance(_band, signers, toppedUp));
        if (FundsPlan.Next(_band, signers, swept, toppedUp) is { } planned && pool.TryLease(planned.From) is { } lease)
        {
            await SendAsync(planned, lease, cancellationToken);
        }
    }

    /// <summary>The balances are older than the block that has the transfer: a node that lags behind answered.</summary>
    private static bool IsUnseen(StoredTransfer transfer, IReadOnlyList<SignerFunds> signers) =>
        transfer.End is BundleEnd.Mined or BundleEnd.Reverted
        && signers.Any(signer => signer.Address == transfer.Transaction.Signer && signer.Nonce <= transfer.Transaction.Nonce);

    private async Task<IReadOnlyList<SignerFunds>> ReadAsync(BlockTag block, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        (Address Address, Pending<UInt256> Balance, Pending<ulong> Nonce)[] asked =
            [.. pool.Addresses.Select(signer => (signer, batch.GetBalance(signer, block), batch.GetTransactionCount(signer, block)))];
        await batch.SendAsync(cancellationToken);
        return [.. asked.Select(answer => new SignerFunds(answer.Address, answer.Balance.Value, answer.Nonce.Value))];
    }

    private async Task SendAsync(PlannedTransfer planned, SignerLease lease, CancellationToken cancellationToken)
    {
        FeeQuote quote = await fees.CurrentAsync(cancellationToken);
        UInt256 tip = UInt256.Max(quote.SuggestedTip, UInt256.One);
        Transfer transfer = new()
        {
            Id = Guid.NewGuid(),
            To = planned.To,
            Value = planned.Value,
            GasLimit = planned.IsTopUp ? TopUpGas : limits.MaxTransferGas,
            Ceiling = new TransactionFees((quote.BaseFeePerGas + tip) * PriceRoom, tip * PriceRoom),
        };
        logger.Transferring(planned.From, planned.To, planned.Value, planned.IsTopUp ? "top-up" : "sweep", transfer.Id);
        FundsMetrics.Transferred(planned);
        _last = lease;
        await queue.WriteAsync(new LeasedTransfer(transfer, lease), cancellationToken);
    }

    private void TellHindrance(string? hindrance)
    {
        if (hindrance is not null && _hindrance is null)
        {
            logger.TopUpHindered(hindrance);
        }

        _hindrance = hindrance;
    }
}
