namespace Bundler.ChainTests.Spec;

/// <summary>Writes what all fixtures of the spec tests found where SPEC_REPORT says.</summary>
[SetUpFixture]
[Parallelizable(ParallelScope.Self | ParallelScope.Fixtures)]
internal sealed class SpecReportFile
{
    [OneTimeTearDown]
    public static void Write() => SpecChain.Report.Write(Environment.GetEnvironmentVariable("SPEC_REPORT"));
}
