using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Limits;
using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Bundling.Limits;

public sealed class SizeBudgetTests
{
    private static readonly MempoolEntry _next = A.Entry(A.UserOperation()) with { Size = 1_000 };

    [TestCase(2, null)]
    [TestCase(3, "the bundle is full")]
    public void A_bundle_has_a_number_of_operations(int inside, string? reason) =>
        Assert.That(Check(A.Chain, new BundlingOptions { MaxOperations = 3 }, LimitBench.Draft(LimitBench.Crowd(inside)), _next), Is.EqualTo(reason));

    [TestCase(0, null)]
    [TestCase(1, "the bundle's call data would be too large (LIM-040)")]
    public void LIM_040_the_call_data_has_a_size(int tooMuch, string? reason)
    {
        BundleDraft draft = LimitBench.Draft(LimitBench.Crowd(1));

        Assert.That(Check(A.Chain, new BundlingOptions { MaxBytes = draft.Bytes + 1_032 - tooMuch }, draft, _next), Is.EqualTo(reason));
    }

    [TestCase(0, null)]
    [TestCase(1, "the bundle's call data would be too large (LIM-040)")]
    public void The_transaction_fits_into_what_nodes_take(int tooMuch, string? reason)
    {
        BundleDraft draft = LimitBench.Draft(LimitBench.Crowd(1));

        Assert.That(
            Check(A.Chain with { MaxTransactionBytes = draft.Bytes + 1_032 + 512 - tooMuch }, new BundlingOptions(), draft, _next), Is.EqualTo(reason));
    }

    [TestCase(60, null)]
    [TestCase(61, "the paymasters' contexts would be too large (LIM-050)")]
    public void LIM_050_the_contexts_have_a_size(int next, string? reason) =>
        Assert.That(
            Check(A.Chain, new BundlingOptions { MaxContextBytes = 100 }, LimitBench.Draft(WithContext(40)), WithContext(next)), Is.EqualTo(reason));

    private static MempoolEntry WithContext(int length) => A.Entry(A.UserOperation(), A.Validation() with { ContextLength = length });

    private static string? Check(ChainProfile chain, BundlingOptions options, BundleDraft draft, MempoolEntry next) =>
        new SizeBudget(chain, Options.Create(options)).Check(draft, next);
}
