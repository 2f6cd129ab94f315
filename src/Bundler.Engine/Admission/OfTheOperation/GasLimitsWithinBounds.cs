using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Admission.OfTheOperation;

/// <summary>LIM-060: simulation must stay cheap.</summary>
internal sealed class GasLimitsWithinBounds(IOptions<ValidationOptions> options) : IAdmissionRule
{
    private readonly ulong _max = options.Value.EffectiveMaxVerificationGas;

    public Rejection? Check(AdmissionContext context)
    {
        UserOperation op = context.Operation;
        if (op.VerificationGasLimit > _max)
        {
            return new Rejection.InvalidFields("verificationGasLimit", $"must not exceed {_max}, got {op.VerificationGasLimit} (LIM-060)");
        }

        return op.PaymasterVerificationGasLimit > _max
            ? new Rejection.InvalidFields("paymasterVerificationGasLimit", $"must not exceed {_max}, got {op.PaymasterVerificationGasLimit} (LIM-060)")
            : null;
    }
}
