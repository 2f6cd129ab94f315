using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Admission.OfTheOperation;

/// <summary>LIM-060: simulation must stay cheap. And the operation alone must fit into one transaction of this chain (EIP-7825).</summary>
internal sealed class GasLimitsWithinBounds(IOptions<ValidationOptions> options, ChainProfile chain) : IAdmissionRule
{
    private readonly ulong _max = options.Value.EffectiveMaxVerificationGas;

    public Rejection? Check(AdmissionContext context)
    {
        UserOperation op = context.Operation;
        if (op.VerificationGasLimit > _max)
        {
            return new Rejection.InvalidFields("verificationGasLimit", $"must not exceed {_max}, got {op.VerificationGasLimit} (LIM-060)");
        }

        if (op.PaymasterVerificationGasLimit > _max)
        {
            return new Rejection.InvalidFields("paymasterVerificationGasLimit", $"must not exceed {_max}, got {op.PaymasterVerificationGasLimit} (LIM-060)");
        }

        UInt256 needed = BundleGas.Needed(context.EntryPoint, op, context.Packed.Span);
        return needed > chain.TransactionGasLimit
            ? new Rejection.InvalidFields("callGasLimit", $"the operation needs a transaction of {needed} gas, this chain allows {chain.TransactionGasLimit}")
            : null;
    }
}
