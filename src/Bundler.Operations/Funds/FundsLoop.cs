using System.Runtime.CompilerServices;
using Bundler.Engine;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Operations.Funds;

/// <summary>
/// Keeps the signers' funds within their band, one transfer at a time: the next is planned when the last is settled and the balances that
/// are looked at include it. What was sent is read from the store of signed transactions, so that a crash neither doubles nor forgets one.
/// </summary>
internal sealed class FundsLoop(
    FundsBook book, TransferDesk desk, HeadFeed heads, Drain drain, Duties duties, IOptions<FundsOptions> options, ILogger<FundsLoop> logger, TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    private readonly FundsBand _band = options.Value.ToBand();
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(options.Value.CheckSeconds);
    private string? _hindrance;
    private Fence _fence = Fence.Sole;

    private bool IsOn => _band.Sweeps || _band.TopsUp;

    protected override Task PrepareAsync(CancellationToken cancellationToken) => book.RecallAsync(cancellationToken);

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
        if (duties.Find(DutyNames.Funds) is not { } fence)
        {
            return;
        }

        if (fence != _fence)
        {
            // The node before may have moved some.
            await book.RecallAsync(cancellationToken);
            _fence = fence;
        }

        if (drain.HasBegun || !desk.IsFree || heads.Latest is not { } head
            || await book.ReadAsync(BlockTag.Number(head.Number), cancellationToken) is not { } signers)
        {
            return;
        }

        UInt256 swept = _band.Treasury is { } treasury ? book.SpentFor(treasury) : UInt256.Zero;
        UInt256 toppedUp = book.SpentFor(signers.Select(signer => signer.Address));
        TellHindrance(FundsPlan.Hindrance(_band, signers, toppedUp));
        if (FundsPlan.Next(_band, signers, swept, toppedUp) is { } planned && await desk.SendAsync(planned, cancellationToken) is { } transfer)
        {
            logger.Transferring(planned.From, planned.To, planned.Value, planned.IsTopUp ? "top-up" : "sweep", transfer.Id);
            FundsMetrics.Transferred(planned);
        }
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
