using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Gas;

/// <summary>
/// Whether a postOp fails for want of gas that the operation chose: v0.6 gives it verificationGasLimit, and a postOp that fails takes the bundle along. It is
/// run behind the validation with that limit, and with the most that any operation may have: docs/decisions/0051-who-chose-the-postOps-gas.md.
/// </summary>
public sealed class PostOpTrial(EthClient eth, EntryPointCode codes, IOptions<EstimationOptions> options, IOptions<ValidationOptions> validation)
{
    private readonly EstimationBounds _bounds = new(
        options.Value.MaxEstimationGas, validation.Value.EffectiveMaxVerificationGas, Math.Min(options.Value.MaxCallGas, options.Value.MaxEstimationGas));

    /// <summary>There is a postOp that can take a bundle along.</summary>
    public static bool Concerns(EntryPoint entryPoint, UserOperation operation, ValidationResult validation) =>
        !entryPoint.HasPaymasterGasLimits && operation.Paymaster is not null && validation.ContextLength > 0;

    /// <summary>It fails with the operation's limit and does not with ample gas, behind the call or where the call fails; unknown is no.</summary>
    public async Task<bool> IsShortAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken)
    {
        if (operation.VerificationGasLimit >= _bounds.MaxVerificationGas)
        {
            return false;
        }

        EstimationTask task = new(entryPoint, PartialUserOperation.Complete(operation), _bounds)
        {
            PreVerificationGas = operation.PreVerificationGas, Fee = operation.MaxFeePerGas,
        };
        StateOverride state = task.Overrides(StateOverride.Empty, await CodeAsync(entryPoint.Address, cancellationToken));
        return await IsShortAsync(task, state, withCall: true, cancellationToken) ?? await IsShortAsync(task, state, withCall: false, cancellationToken) ?? false;
    }

    /// <returns><c>null</c>: it fails either way.</returns>
    private async Task<bool?> IsShortAsync(EstimationTask task, StateOverride state, bool withCall, CancellationToken cancellationToken) =>
        await PassesAsync(task.ToPostOp(task.Partial.Operation.VerificationGasLimit, withCall), state, cancellationToken) ? false
        : await PassesAsync(task.ToPostOp(_bounds.MaxVerificationGas, withCall), state, cancellationToken) ? true
        : null;

    private async Task<bool> PassesAsync(CallRequest run, StateOverride state, CancellationToken cancellationToken)
    {
        try
        {
            await eth.CallAsync(run, BlockTag.Latest, state, cancellationToken);
            return true;
        }
        catch (JsonRpcException failed) when (failed is CallRevertedException || CallHalt.Is(failed.Error))
        {
            return false;
        }
    }

    private async ValueTask<Bytes> CodeAsync(Address entryPoint, CancellationToken cancellationToken)
    {
        if (codes.Find(entryPoint) is { } known)
        {
            return known;
        }

        Bytes code = await eth.GetCodeAsync(entryPoint, BlockTag.Latest, cancellationToken);
        codes.Remember(entryPoint, code);
        return code;
    }
}
