using Bundler.Erc4337;

namespace Bundler.Engine.Admission.OfThePool;

/// <summary>The same operation is not pending already.</summary>
internal sealed class NotAlreadyKnown : IAdmissionRule
{
    public Rejection? Check(AdmissionContext context) =>
        context.Pool.Contains(context.UserOpHash)
            ? new Rejection.InvalidFields("", $"already known: the operation {context.UserOpHash} is pending")
            : null;
}
