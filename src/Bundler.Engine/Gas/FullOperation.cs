using Bundler.Erc4337;

namespace Bundler.Engine.Gas;

/// <summary>An operation as dear in call data as it can become when it is sent: signed, and with a number in every field. Pure.</summary>
internal static class FullOperation
{
    private const ulong FullFee = 0xff_ffff_ffff;
    private const ulong FullGas = 0xff_ffff;

    public static UserOperation Of(UserOperation operation) => operation with
    {
        Signature = DummySignature.Dearest(operation.Signature),
        MaxFeePerGas = operation.MaxFeePerGas.IsZero ? FullFee : operation.MaxFeePerGas,
        MaxPriorityFeePerGas = operation.MaxPriorityFeePerGas.IsZero ? FullFee : operation.MaxPriorityFeePerGas,
        PreVerificationGas = FullGas,
        VerificationGasLimit = operation.VerificationGasLimit.IsZero ? FullGas : operation.VerificationGasLimit,
    };
}
