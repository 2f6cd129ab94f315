using Bundler.Engine.Admission;
using Bundler.Engine.Admission.OfTheChain;
using Bundler.Engine.Gas;
using Bundler.Erc4337;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Admission.OfTheChain;

public sealed class FitsTheBlockTests
{
    private static readonly AdmissionContext _context = AdmissionBench.Of(A.UserOperation());
    private static readonly ulong _needed = (ulong)BundleGas.Needed(_context.EntryPoint, _context.Operation, _context.Packed.Span);

    [TestCase(0UL, false)]
    [TestCase(1UL, true)]
    public void EIP_7825_the_operation_alone_fits_into_a_transaction_of_the_chain(ulong missing, bool isRefused) =>
        Assert.That(Check(A.Ceiling(_needed - missing), _context), isRefused ? Does.Contain($"this chain allows {_needed - 1}") : Is.Null);

    [TestCase(0UL, false)]
    [TestCase(1UL, true)]
    public void The_operation_alone_fits_into_the_newest_block(ulong missing, bool isRefused) =>
        Assert.That(
            Check(A.Ceiling(blockGasLimit: _needed - missing), _context), isRefused ? Does.Contain($"a block of this chain has {_needed - 1}") : Is.Null);

    [Test]
    public void What_an_aggregator_needs_counts_once_validation_has_named_it() => Assert.Multiple(() =>
    {
        GasCeiling ceiling = A.Ceiling(blockGasLimit: _needed + BundleGas.PerAggregator - 1);
        Assert.That(Check(ceiling, _context), Is.Null);
        Assert.That(Check(ceiling, _context with { Validation = A.Validation() with { Aggregator = A.AddressOf(9) } }), Does.Contain("a block of this chain has"));
    });

    private static string? Check(GasCeiling ceiling, AdmissionContext context) =>
        ((Rejection.InvalidFields?)new FitsTheBlock(ceiling).Check(context))?.Message;
}
