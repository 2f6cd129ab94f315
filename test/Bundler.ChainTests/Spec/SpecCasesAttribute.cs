using Bundler.Erc4337.EntryPoints;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Builders;

namespace Bundler.ChainTests.Spec;

/// <summary>A test of each case of the catalog that the fixture's EntryPoint knows; a source of cases is not told of what fixture it is.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SpecCasesAttribute : NUnitAttribute, ITestBuilder
{
    private readonly NUnitTestCaseBuilder _builder = new();

    public IEnumerable<TestMethod> BuildFrom(IMethodInfo method, Test? suite)
    {
        EntryPointVersion version = (EntryPointVersion)suite!.Arguments[0]!;
        return SpecCatalog.All
            .Where(@case => version >= @case.Since)
            .Select(@case => _builder.BuildTestMethod(method, suite, new TestCaseData(@case).SetName($"{{m}}.{@case.Name}({version})")));
    }
}
