using Bundler.Engine.Gas;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Signers;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.Guard;

namespace Bundler.Operations.Funds;

/// <summary>Gives a planned transfer to submission, one at a time.</summary>
internal sealed class TransferDesk(SignerPool pool, SubmissionQueue queue, FeeOracle fees, SignerGuardLimits limits)
{
    private const ulong TopUpGas = 21_000;

    /// <summary>The price of gas may rise so much before a transfer is cancelled and planned anew.</summary>
    private const ulong PriceRoom = 4;

    private SignerLease? _last;

    /// <summary>The last transfer is settled.</summary>
    public bool IsFree => _last is not { IsOver: false };

    /// <returns>The transfer that is on its way; <c>null</c> when its signer can send nothing now.</returns>
    public async Task<Transfer?> SendAsync(PlannedTransfer planned, CancellationToken cancellationToken)
    {
        FeeQuote quote = await fees.CurrentAsync(cancellationToken);
        if (pool.TryLease(planned.From) is not { } lease)
        {
            return null;
        }

        UInt256 tip = UInt256.Max(quote.SuggestedTip, UInt256.One);
        Transfer transfer = new()
        {
            Id = Guid.NewGuid(),
            To = planned.To,
            Value = planned.Value,
            GasLimit = planned.IsTopUp ? TopUpGas : limits.MaxTransferGas,
            Ceiling = new TransactionFees((quote.BaseFeePerGas + tip) * PriceRoom, tip * PriceRoom),
        };
        _last = lease;
        await queue.WriteAsync(new LeasedTransfer(transfer, lease), cancellationToken);
        return transfer;
    }
}
