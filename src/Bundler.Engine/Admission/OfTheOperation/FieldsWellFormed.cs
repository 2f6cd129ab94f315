using Bundler.Erc4337;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Admission.OfTheOperation;

/// <summary>ERC-4337 client checks that need the fields alone: a sender, a payable call, fees in order.</summary>
internal sealed class FieldsWellFormed(IOptions<AdmissionOptions> options) : IAdmissionRule
{
    private readonly uint _minCallGas = options.Value.MinCallGasLimit;

    public Rejection? Check(AdmissionContext context) =>
        context.Operation switch
        {
            { Sender.IsZero: true } => new Rejection.InvalidFields("sender", "must not be the zero address"),
            { Paymaster.IsZero: true } => new Rejection.InvalidFields("paymaster", "must not be the zero address"),
            { Factory.IsZero: true } => new Rejection.InvalidFields("factory", "must not be the zero address"),
            var op when op.CallGasLimit < _minCallGas => new Rejection.InvalidFields("callGasLimit", $"must be at least {_minCallGas}, got {op.CallGasLimit}"),
            var op when op.MaxPriorityFeePerGas > op.MaxFeePerGas => new Rejection.InvalidFields(
                "maxPriorityFeePerGas", $"{op.MaxPriorityFeePerGas} wei is more than maxFeePerGas {op.MaxFeePerGas} wei"),
            _ => null,
        };
}
