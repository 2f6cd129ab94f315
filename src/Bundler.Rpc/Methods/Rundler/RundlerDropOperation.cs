using Bundler.Engine.Admission;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Rundler;

/// <summary>
/// rundler_dropLocalUserOperation [userOperation, entryPoint]: withdraws the pending operation of the same sender and nonce; its userOpHash, or null when
/// none was pending. The proof has preVerificationGas, callGasLimit and maxFeePerGas 0, callData 0x, the factory of the pending operation if that has
/// one, a verificationGasLimit that suffices, and is signed. An operation that is in a bundle already, or came only just now, stays.
/// </summary>
internal sealed class RundlerDropOperation(EntryPointParameter entryPoints, WithdrawalDesk desk) : RpcMethod
{
    public override string Name => "rundler_dropLocalUserOperation";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Operation("userOperation"), RpcParameter.Address("entryPoint")];

    public override MethodDescription Description { get; } = new(
        "Withdraws one's own pending operation by a signed operation of the same sender and nonce that is worth nothing; its hash, or null.",
        Schemas.Hash.OrNull())
    {
        Errors = MethodErrors.Rejections,
    };

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = entryPoints.Read(parameters, 1);
        UserOperation proof = parameters.Read(0, json => entryPoint.Operations.Read(json, partial: false)).Operation;
        Outcome<Withdrawal> outcome = await desk.WithdrawAsync(entryPoint, proof, cancellationToken);
        return RpcReply.From(outcome, static (writer, withdrawal) => writer.WriteStringValue(withdrawal.UserOpHash?.ToString()));
    }
}
