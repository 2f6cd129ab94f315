using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>The largest callGasLimit with which an operation still fits into a transaction (EIP-7825).</summary>
internal static class CallGasBound
{
    // What nearly every account, or paymaster, validates with.
    private const ulong UsualVerificationGas = 300_000;

    /// <summary>The operation with what its validation usually takes, where nothing is given.</summary>
    public static UserOperation Usual(EntryPoint entryPoint, PartialUserOperation partial)
    {
        UserOperation given = partial.Operation;
        return given with
        {
            VerificationGasLimit = partial.HasVerificationGasLimit ? given.VerificationGasLimit : UsualVerificationGas,
            PaymasterVerificationGasLimit = given.Paymaster is null || !entryPoint.HasPaymasterGasLimits ? UInt256.Zero
                : partial.HasPaymasterVerificationGasLimit ? given.PaymasterVerificationGasLimit
                : UsualVerificationGas,
        };
    }

    /// <param name="ceiling">What a transaction may have.</param>
    /// <param name="entryPoint">Of the operation.</param>
    /// <param name="operation">Its other limits.</param>
    /// <param name="tokens">Call-data tokens of the packed operation.</param>
    /// <param name="most">No more than this in any case.</param>
    public static ulong Of(GasCeiling ceiling, EntryPoint entryPoint, UserOperation operation, ulong tokens, ulong most)
    {
        ulong low = 0;
        ulong high = most + 1;
        while (high - low > 1)
        {
            ulong middle = low + (high - low) / 2;
            bool fits = ceiling.Forbids(entryPoint, operation with { CallGasLimit = middle }, tokens, hasAggregator: false) is null;
            (low, high) = fits ? (middle, high) : (low, middle);
        }

        return low;
    }
}
