using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.Engine.Admission.OfTheChain;

/// <summary>EIP-7702: the tuple's nonce is the account's, otherwise the chain skips it.</summary>
internal sealed class AuthorizationFresh : IAdmissionRule
{
    public Rejection? Check(AdmissionContext context) =>
        context.Operation.Eip7702Auth is { } authorization ? Eip7702.CheckNonce(authorization, context.Facts.SenderTransactionCount) : null;
}
