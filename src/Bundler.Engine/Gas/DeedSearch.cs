using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>
/// Whether the operation does with the limits that were found what it does with ample gas, and if not, with which it does: two ways may cost the same to the
/// unit, and be chosen by gasleft(). One round trip as a rule, three at most; where nothing can be traced, what was found stays.
/// </summary>
internal sealed class DeedSearch(DeedTracer tracer)
{
    // Limits that are tried in one round trip; between each and the next lies the same factor.
    private const int Tries = 4;

    // How much less gas the second ample run has: enough to be seen by whoever follows the gas, and nearly as ample.
    private const ulong NearlyAmple = 128;

    /// <summary>What was found, with the limits raised where that is needed.</summary>
    /// <param name="found">What the search found.</param>
    /// <param name="ample">The same with the largest limits that can be answered.</param>
    /// <param name="toRun">A result as the helper's call.</param>
    /// <param name="state">In which all runs.</param>
    /// <param name="again">Finds the limits of validation anew beside raised ones: who pays may have to pay more, and pays otherwise then.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<EstimationResult> RaiseAsync(
        EstimationResult found,
        EstimationResult ample,
        Func<EstimationResult, CallRequest> toRun,
        StateOverride state,
        Func<EstimationResult, Task<EstimationResult>> again,
        CancellationToken cancellationToken)
    {
        if (await RunAsync([ample, found]) is not [{ Succeeded: true } deed, var first] || first.Equals(deed))
        {
            return found;
        }

        EstimationResult[] between = Between(found, ample);
        if (await RunAsync([Less(ample), .. between]) is not [{ } nearly, .. { } deeds] || first.IsAsAmple(deed, nearly))
        {
            return found;
        }

        (EstimationResult low, EstimationResult high) = Narrowed(found, ample, between, Array.ConvertAll(deeds, IsDeed));
        Task<EstimationResult> validation = again(high);
        EstimationResult[] nearer = Between(low, high);
        Task<Deed[]> looking = RunAsync(nearer);
        await Task.WhenAll(validation, looking);
        if (await looking is { Length: > 0 } nearerDeeds)
        {
            (_, high) = Narrowed(low, high, nearer, Array.ConvertAll(nearerDeeds, IsDeed));
        }

        return (await validation) with { Call = high.Call, PostOp = high.PostOp };

        bool IsDeed(Deed other) => other.IsAsAmple(deed, nearly);

        Task<Deed[]> RunAsync(EstimationResult[] results) => tracer.RunAsync([.. results.Select(toRun)], state, cancellationToken);
    }

    /// <summary>Down to the last limit that does something else: below it one may meet the deed by chance.</summary>
    private static (EstimationResult Low, EstimationResult High) Narrowed(
        EstimationResult low, EstimationResult high, EstimationResult[] between, bool[] isDeed)
    {
        int other = Array.LastIndexOf(isDeed, false);
        return (other < 0 ? low : between[other], other == between.Length - 1 ? high : between[other + 1]);
    }

    private static EstimationResult Less(EstimationResult ample) =>
        With(ample, ample.Call.High - ample.Call.High / NearlyAmple, ample.PostOp.High - ample.PostOp.High / NearlyAmple);

    private static EstimationResult[] Between(EstimationResult low, EstimationResult high) =>
        [.. Enumerable.Range(1, Tries).Select(step => With(low, Between(low.Call.High, high.Call.High, step), Between(low.PostOp.High, high.PostOp.High, step)))];

    private static UInt256 Between(UInt256 low, UInt256 high, int step) =>
        low.IsZero ? high * (ulong)step / (Tries + 1) : (UInt256)(ulong)((double)(ulong)low * Math.Pow((double)(ulong)high / (ulong)low, step / (Tries + 1.0)));

    private static EstimationResult With(EstimationResult result, UInt256 call, UInt256 postOp) =>
        result with { Call = result.Call with { High = call }, PostOp = result.PostOp with { High = postOp } };
}
