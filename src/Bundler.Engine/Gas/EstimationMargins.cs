using Bundler.Engine.Validation;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>
/// What stands between a limit that was enough in the estimation and the one that is answered: a real signature costs a little more than a dummy, an
/// operation behind others in a bundle pays more for memory, and the EntryPoint's own work after the call is covered by the sum of the limits alone.
/// </summary>
internal static class EstimationMargins
{
    private const ulong VerificationMargin = 1_500;

    // Between a dummy signature and a real one.
    private const ulong SignatureMargin = 200;

    // ecrecover (3000), a cold owner slot (2100) and the account's own work; 6090 in a Safe.
    private const ulong FurtherSignature = 6_200;

    /// <summary>
    /// What the helper uses to hand an account's payment on to the EntryPoint, which counts against the account's limit in the search and not on chain: measured,
    /// less some, so that an estimate never takes what sending refuses.
    /// </summary>
    public const ulong HandedOn = 225;

    /// <summary>What the helper counts more than a trace does for an account that pays: measured for every EntryPoint.</summary>
    public const ulong CountedMore = 611;

    // An account's payment to the EntryPoint, with a deposit there before: 12,129 (v0.9) to 12,526 (v0.6) measured.
    public const ulong PaymentOnTop = 12_600;

    // EIP-2200: what a slot costs more that is written for the first time.
    private const ulong FirstDeposit = 17_100;

    private const ulong PaymasterMargin = 300;
    private const ulong CallMargin = 150;

    /// <summary>
    /// At least what LIM-030 asks to be spare of what the EntryPoint counts. An account of several signers stops at the first that is none of its own, so the
    /// estimation saw one dummy signature checked, whatever their number.
    /// </summary>
    /// <param name="enough">The limit that was enough.</param>
    /// <param name="slack">VALIDATION_GAS_SLACK.</param>
    /// <param name="signatures">How many signatures the operation carries, 1 or more.</param>
    public static UInt256 Verification(UInt256 enough, ulong slack, int signatures) => (ulong)(signatures - 1) * FurtherSignature + UInt256.Max(
        Percent(enough) + VerificationMargin,
        enough + SignatureMargin + Math.Max(slack, EntryPointGas.Tolerance) - EntryPointGas.Tolerance);

    public static UInt256 Paymaster(UInt256 enough) => Percent(enough) + PaymasterMargin;

    /// <summary>callGasLimit and paymasterPostOpGasLimit; nothing where nothing is called.</summary>
    public static UInt256 Call(UInt256 enough) => enough.IsZero ? enough : Percent(enough) + CallMargin;

    /// <summary>The largest that was enough of which <see cref="Call"/> makes no more than this.</summary>
    public static UInt256 CallWithin(UInt256 answered) => UInt256.SubtractToZero(answered, CallMargin) * 100 / 101;

    /// <summary>What validation uses less where the account's deposit pays: at most, as long as somebody may add to it.</summary>
    public static ulong Payment(UInt256 deposit) => deposit.IsZero ? PaymentOnTop + FirstDeposit : PaymentOnTop;

    private static UInt256 Percent(UInt256 enough) => enough + enough / 100;
}
