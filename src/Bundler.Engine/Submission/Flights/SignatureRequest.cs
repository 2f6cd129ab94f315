using Bundler.Engine.Submission.Machine;
using Bundler.Engine.Telemetry;
using Bundler.Ethereum.Transactions;
using Bundler.Signing;
using Bundler.Signing.Guard;

namespace Bundler.Engine.Submission.Flights;

/// <summary>A signature on its way: key services may take long, and nobody else waits for one of them.</summary>
/// <param name="Wanted">What it is for.</param>
/// <param name="Answer">The signed transaction, or why there is none.</param>
/// <param name="Since">When it was asked for, by a clock that never jumps.</param>
/// <param name="Asked">The same for its span.</param>
internal sealed record SignatureRequest(
    SubmissionAction.SignAndStore Wanted, Task<(SignedTransaction? Signed, string? Reason)> Answer, TimeSpan Since, long Asked)
{
    /// <summary>So long the other flights wait for a signature; then they go on, and it is taken up with a later step.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private static readonly (SignedTransaction? Signed, string? Reason) _tooRisky = (null, "if it reverted, that would cost more than may be risked");

    public static SignatureRequest Ask(
        SubmissionAction.SignAndStore wanted, ITransactionSigner signer, Transaction transaction, TimeSpan now, CancellationToken cancellationToken)
    {
        long asked = Stations.Now;
        return new SignatureRequest(wanted, AskAsync(signer, transaction, cancellationToken), now, asked);
    }

    /// <summary>Refused without asking anybody.</summary>
    public static SignatureRequest TooRisky(SubmissionAction.SignAndStore wanted, TimeSpan now) => new(wanted, Task.FromResult(_tooRisky), now, Stations.Now);

    /// <summary>Waits a little.</summary>
    public async Task<bool> IsAnsweredAsync(TimeSpan now, TimeProvider clock, CancellationToken cancellationToken)
    {
        TimeSpan left = Patience - (now - Since);
        if (!Answer.IsCompleted && left > TimeSpan.Zero)
        {
            await Task.WhenAny(Answer, Task.Delay(left, clock, cancellationToken));
        }

        return Answer.IsCompleted;
    }

    private static async Task<(SignedTransaction? Signed, string? Reason)> AskAsync(
        ITransactionSigner signer, Transaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            return (await signer.SignAsync(transaction, cancellationToken), null);
        }
        catch (Exception fault) when (fault is SignerUnavailableException or SignerGuardException)
        {
            return (null, fault.Message);
        }
    }
}
