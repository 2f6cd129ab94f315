using System.Globalization;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Estimates;

/// <summary>Every kind of the corpus: its estimate is mined with success, and each limit is at most 15 % above the least that works.</summary>
[TestFixture]
[Category("Estimates")]
public sealed class EstimateCorpusTests
{
    private const double MostOvershoot = 0.15;
    private const int MostRoundTrips = 3;

    private readonly List<Row> _rows = [];
    private EstimateRig _rig = null!;
    private Corpus _corpus = null!;

    private static IEnumerable<TestCaseData> Kinds => Corpus.Cases.Select(kind => new TestCaseData(kind).SetArgDisplayNames(kind.ToString()));

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _rig = await EstimateRig.StartAsync();
        _corpus = await Corpus.PrepareAsync(_rig);
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        await _rig.DisposeAsync();
        if (_rows.Count > 0)
        {
            Print();
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public async Task Limits_suffice_and_are_close_to_the_least_that_works(object named)
    {
        CorpusCase kind = (CorpusCase)named;
        CorpusOperation made = await kind.Prepare(_corpus);
        _rig.Counter.Clear();
        Outcome<GasEstimate> outcome = await _rig.Estimator.EstimateAsync(
            made.EntryPoint, new PartialUserOperation(made.Operation) { HasFees = true, HasSignature = true }, null, CancellationToken.None);
        long roundTrips = _rig.Counter.RoundTrips;
        Assert.That(outcome.Rejection, Is.Null);

        GasEstimate estimate = outcome.Value;
        UserOperation operation = made.Operation with
        {
            PreVerificationGas = estimate.PreVerificationGas,
            VerificationGasLimit = estimate.VerificationGasLimit,
            CallGasLimit = estimate.CallGasLimit,
            PaymasterVerificationGasLimit = estimate.PaymasterVerificationGasLimit ?? 0,
            PaymasterPostOpGasLimit = estimate.PaymasterPostOpGasLimit ?? 0,
        };
        List<Row> rows = await MeasureAsync(kind, made, operation, roundTrips);
        _rows.AddRange(rows);
        TransactionReceipt receipt = await _rig.HandleAsync(made.EntryPoint, made.Sign(operation));

        Assert.Multiple(() =>
        {
            Assert.That(receipt.Success, Is.True, "the bundle is mined");
            Assert.That(receipt.Logs.Any(LeastLimit.IsSuccess), Is.True, "the operation succeeds");
            Assert.That(roundTrips, Is.LessThanOrEqualTo(MostRoundTrips));
            foreach (Row row in rows)
            {
                Assert.That(row.Overshoot, Is.LessThanOrEqualTo(MostOvershoot), row.ToString());
            }
        });
    }

    private async Task<List<Row>> MeasureAsync(CorpusCase kind, CorpusOperation made, UserOperation operation, long roundTrips)
    {
        LeastLimit least = new(_rig, made, operation);
        Assert.That(await least.EstimateWorksAsync(), Is.True, $"the estimate suffices: {operation.VerificationGasLimit} {operation.CallGasLimit}");
        List<Row> rows = [];
        await AddAsync("verificationGasLimit", operation.VerificationGasLimit, (op, limit) => op with { VerificationGasLimit = limit });
        await AddAsync("callGasLimit", operation.CallGasLimit, (op, limit) => op with { CallGasLimit = limit });
        await AddAsync("paymasterVerificationGasLimit", operation.PaymasterVerificationGasLimit, (op, limit) => op with { PaymasterVerificationGasLimit = limit });
        await AddAsync("paymasterPostOpGasLimit", operation.PaymasterPostOpGasLimit, (op, limit) => op with { PaymasterPostOpGasLimit = limit });
        return rows;

        async Task AddAsync(string limit, UInt256 value, Func<UserOperation, UInt256, UserOperation> with)
        {
            if (!value.IsZero)
            {
                rows.Add(new Row(kind, limit, (ulong)value, (ulong)await least.FindAsync(value, with), roundTrips));
            }
        }
    }

    private void Print()
    {
        TestContext.Progress.WriteLine($"{"kind",-42} {"limit",-30} {"estimate",10} {"least",10} {"overshoot",9} {"trips",5}");
        foreach (Row row in _rows)
        {
            TestContext.Progress.WriteLine(row.ToString());
        }

        double[] overshoots = [.. _rows.Select(row => row.Overshoot).Order()];
        TestContext.Progress.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_rows.Select(row => row.Kind).Distinct().Count()} operations, {_rows.Count} limits: overshoot median {overshoots[overshoots.Length / 2]:P1}, worst {overshoots[^1]:P1}; round trips at most {_rows.Max(row => row.RoundTrips)}"));
    }

    private sealed record Row(CorpusCase Kind, string Limit, ulong Estimate, ulong Least, long RoundTrips)
    {
        public double Overshoot => (double)Estimate / Least - 1;

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Kind.ToString(),-42} {Limit,-30} {Estimate,10} {Least,10} {Overshoot,9:P1} {RoundTrips,5}");
    }
}
