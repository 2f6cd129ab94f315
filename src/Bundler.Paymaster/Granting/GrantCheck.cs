using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Contracts;
using Bundler.Paymaster.Deciding;

namespace Bundler.Paymaster.Granting;

/// <summary>
/// Asks the paymaster itself, as its EntryPoint would, whether it takes the signed grant, before anybody else sees it: a key that was removed on the chain, a ceiling that was lowered, a
/// paused contract are found here, and what is found here never leaves the process.
/// </summary>
public sealed class GrantCheck(EthClient eth)
{
    /// <param name="paymaster">Who would pay.</param>
    /// <param name="granted">With the grant, signed.</param>
    /// <param name="userOpHash">Of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<SponsorRefusal?> RefusalAsync(SponsoredPaymaster paymaster, UserOperation granted, Hash32 userOpHash, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = paymaster.Site.EntryPoint;
        AbiFunction validate = OperationCalls.Of(entryPoint.Version).ValidatePaymasterUserOp;
        CallRequest call = new()
        {
            From = entryPoint.Address,
            To = paymaster.Address,
            Data = validate.EncodeCall(entryPoint.Operations.ToTuple(granted), userOpHash, entryPoint.RequiredPrefund(granted)),
        };
        StateOverride? delegated = HandleOpsCall.Delegations([granted]);
        try
        {
            object[] answer = validate.DecodeResult(await eth.CallAsync(call, BlockTag.Latest, delegated, cancellationToken));
            return ((Bytes)answer[0]).IsEmpty && Authorizer((UInt256)answer[1]) == Address.Zero
                ? null
                : Unfit($"paymaster {paymaster.Address} does not take the signature of {paymaster.Signer.Address}, or not for so much");
        }
        catch (CallRevertedException reverted)
        {
            return Unfit($"paymaster {paymaster.Address} reverts: {RevertReason.Decode(reverted.RevertData)}");
        }
    }

    private static SponsorRefusal Unfit(string message) => new(SponsorReason.TemporarilyUnavailable, "paymaster", message);

    private static Address Authorizer(UInt256 validationData) => Address.FromWord(Hash32.From(validationData).Span);
}
