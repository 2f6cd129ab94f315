using Bundler.Erc4337;

namespace Bundler.Engine.Admission;

/// <summary>One reason not to take an operation; pure.</summary>
public interface IAdmissionRule
{
    Rejection? Check(AdmissionContext context);
}
