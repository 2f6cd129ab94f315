using Bundler.Engine.Admission;
using Bundler.Engine.Admission.OfTheOperation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Admission.OfTheOperation;

public sealed class SizeWithinLimitTests
{
    [TestCase(8_192, null)]
    [TestCase(8_193, -32602)]
    public void LIM_010_the_packed_operation_has_at_most_8192_bytes(int length, int? code)
    {
        AdmissionContext context = AdmissionBench.Of(A.UserOperation()) with { Packed = Bytes.Own(new byte[length]) };

        Rejection? rejection = new SizeWithinLimit(Options.Create(new AdmissionOptions())).Check(context);

        Assert.That(rejection?.Code, Is.EqualTo(code));
    }

    [TestCase(8_192, null)]
    [TestCase(8_224, -32602)]
    public void LIM_010_counts_every_byte_of_the_abi_encoding(int length, int? code)
    {
        UserOperation empty = A.UserOperation() with { CallData = Bytes.Empty };
        int room = length - A.EntryPoint.Operations.Pack(empty).Length;

        Rejection? rejection = new SizeWithinLimit(Options.Create(new AdmissionOptions()))
            .Check(AdmissionBench.Of(empty with { CallData = Bytes.Own(new byte[room]) }));

        Assert.That(rejection?.Code, Is.EqualTo(code));
    }
}
