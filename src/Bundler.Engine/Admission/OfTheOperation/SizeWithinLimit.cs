using Bundler.Erc4337;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Admission.OfTheOperation;

/// <summary>LIM-010: the packed operation is at most MAX_USEROP_SIZE bytes.</summary>
internal sealed class SizeWithinLimit(IOptions<AdmissionOptions> options) : IAdmissionRule
{
    private readonly int _max = options.Value.MaxOperationBytes;

    public Rejection? Check(AdmissionContext context) =>
        context.Packed.Length > _max
            ? new Rejection.InvalidFields("", $"the packed operation has {context.Packed.Length} bytes, at most {_max} are allowed (LIM-010)")
            : null;
}
