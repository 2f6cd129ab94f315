using Bundler.Erc4337;

namespace Bundler.Engine.Admission.OfTheChain;

/// <summary>EIP-7702: the tuple's nonce is the account's, otherwise the chain skips it.</summary>
internal sealed class AuthorizationFresh : IAdmissionRule
{
    public Rejection? Check(AdmissionContext context) =>
        context.Operation.Eip7702Auth is { } authorization && authorization.Nonce != context.Facts.SenderTransactionCount
            ? new Rejection.InvalidFields("eip7702Auth.nonce", $"expected {context.Facts.SenderTransactionCount}, got {authorization.Nonce}")
            : null;
}
