using Bundler.Engine.Chain;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Validation;

[TestFixture(EntryPointVersion.V06)]
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
public sealed class OperationValidatorTests(EntryPointVersion version)
{
    private static ulong _salt;

    private ValidationRig _rig = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _rig = await ValidationRig.StartAsync();

    [OneTimeTearDown]
    public ValueTask EndAsync() => _rig.DisposeAsync();

    [Test]
    public async Task A_deploying_operation_is_valid()
    {
        SimpleAccountWallet wallet = await NewWalletAsync();

        ValidationReport report = await ExamineAsync(wallet, wallet.Signed());

        Assert.That(report.Rejection, Is.Null);
        Assert.That(report.Result!.VerificationGasUsed, Is.InRange(100_000, 400_000));
        Assert.That(report.Result.PaidFromBalance, Is.EqualTo(report.Result.Prefund));
        Assert.That(report.Result.AccessedSlots.Keys, Does.Contain(wallet.Address));
        Assert.That(report.Result.CodeHashes.Keys, Does.Contain(wallet.Factory).And.Contain(wallet.Address));
    }

    [Test]
    public async Task An_operation_of_a_deployed_account_is_valid_with_two_requests()
    {
        SimpleAccountWallet wallet = await DeployedWalletAsync();
        UserOperation operation = wallet.Signed(deployed: true, nonce: 1);
        await ExamineAsync(wallet, operation);
        ValidationFacts facts = await _rig.Facts.ReadAsync(wallet.EntryPoint, operation, CancellationToken.None);
        ChainHead head = await _rig.HeadAsync();
        long before = _rig.Counter.RoundTrips;

        facts = await _rig.Facts.ReadAsync(wallet.EntryPoint, operation, CancellationToken.None);
        long start = TimeProvider.System.GetTimestamp();
        Outcome<ValidationResult> outcome =
            await _rig.Validator.ValidateAsync(wallet.EntryPoint, operation, facts, [], head, CancellationToken.None);
        TestContext.Out.WriteLine($"{wallet.EntryPoint.VersionText} traced and judged in {TimeProvider.System.GetElapsedTime(start).TotalMilliseconds:0.0} ms");

        Assert.That(outcome.Rejection, Is.Null);
        Assert.That(_rig.Counter.RoundTrips - before, Is.EqualTo(2));
    }

    [Test]
    public async Task An_operation_that_follows_a_queued_one_is_valid_after_it()
    {
        SimpleAccountWallet wallet = await NewWalletAsync();

        ValidationReport alone = await ExamineAsync(wallet, wallet.Signed(deployed: true, nonce: 1), wallet.Signed());

        Assert.That(alone.Rejection, Is.Null);
    }

    [Test]
    public async Task A_wrong_nonce_is_AA25()
    {
        SimpleAccountWallet wallet = await DeployedWalletAsync();

        ValidationReport report = await ExamineAsync(wallet, wallet.Signed(deployed: true, nonce: 7));

        Assert.That(report.Rejection, Is.TypeOf<Rejection.RejectedByEntryPoint>().With.Property("Message").StartsWith("AA25"));
    }

    [Test]
    public async Task A_foreign_signature_is_AA24()
    {
        SimpleAccountWallet wallet = await DeployedWalletAsync();
        UserOperation operation = wallet.Signed(deployed: true, nonce: 1) with { PreVerificationGas = 60_001 };

        ValidationReport report = await ExamineAsync(wallet, operation);

        Assert.That(report.Rejection, Is.TypeOf<Rejection.SignatureInvalid>().With.Property("Message").EqualTo("AA24 signature error"));
        Assert.That(report.Rejection!.Code, Is.EqualTo(-32507));
    }

    [Test]
    public async Task A_malformed_signature_is_AA23()
    {
        SimpleAccountWallet wallet = await DeployedWalletAsync();
        UserOperation operation = wallet.Operation(deployed: true, nonce: 1) with { Signature = Bytes.Parse("0x1234") };

        ValidationReport report = await ExamineAsync(wallet, operation);

        Assert.That(report.Rejection, Is.TypeOf<Rejection.RejectedByEntryPoint>().With.Property("Message").StartsWith("AA23 reverted"));
        TestContext.Out.WriteLine(report.Rejection!.Message);
    }

    [Test]
    public async Task An_account_that_cannot_pay_is_AA21()
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version, Interlocked.Increment(ref _salt), funded: false);

        ValidationReport report = await ExamineAsync(wallet, wallet.Signed());

        Assert.That(report.Rejection, Is.TypeOf<Rejection.RejectedByEntryPoint>().With.Property("Message").StartsWith("AA21"));
    }

    [Test]
    public async Task An_account_that_is_not_there_is_AA20()
    {
        SimpleAccountWallet wallet = await NewWalletAsync();

        ValidationReport report = await ExamineAsync(wallet, wallet.Signed(deployed: true));

        Assert.That(report.Rejection, Is.EqualTo(new Rejection.RejectedByEntryPoint("AA20 account not deployed")));
    }

    [Test]
    public async Task A_paymaster_that_is_not_there_is_AA30()
    {
        SimpleAccountWallet wallet = await DeployedWalletAsync();
        Address nobody = Address.Parse("0x1111111111111111111111111111111111111111");
        UserOperation operation = wallet.Operation(deployed: true, nonce: 1) with { Paymaster = nobody, PaymasterVerificationGasLimit = 50_000 };

        ValidationReport report = await ExamineAsync(wallet, wallet.Sign(operation));

        Assert.That(report.Rejection, Is.EqualTo(new Rejection.RejectedByPaymaster(nobody, "AA30 paymaster not deployed")));
    }

    [TestCase(15_000UL, 16_500UL)]
    public async Task LIM_030_a_verification_limit_without_slack_is_a_violation(ulong tightOnV06, ulong tight)
    {
        SimpleAccountWallet wallet = await DeployedWalletAsync();
        UserOperation ample = wallet.Operation(deployed: true, nonce: 1) with { VerificationGasLimit = 60_000 };
        ulong frames = (await ExamineAsync(wallet, wallet.Sign(ample))).Result!.VerificationGasUsed;
        ulong limit = frames + (version == EntryPointVersion.V06 ? tightOnV06 : tight);

        ValidationReport without = await ExamineAsync(wallet, wallet.Sign(ample with { VerificationGasLimit = limit }));
        ValidationReport with = await ExamineAsync(wallet, wallet.Sign(ample with { VerificationGasLimit = limit + 4_000 }));

        Assert.That(without.Violations.Select(violation => violation.Rule), Is.EqualTo(new[] { Erc7562Rule.Lim030 }));
        Assert.That(with.Rejection, Is.Null);
    }

    [Test]
    public async Task A_pending_delegation_validates_as_if_it_were_mined()
    {
        if (version < EntryPointVersion.V08)
        {
            return; // accounts for EIP-7702 come with v0.8
        }

        (UserOperation operation, EntryPoint entryPoint) = await _rig.DelegatedOperationAsync(version);

        ValidationReport report = await _rig.ExamineAsync(entryPoint, operation);

        Assert.That(report.Rejection, Is.Null);
        Assert.That(report.Result!.CodeHashes[operation.Sender], Is.EqualTo(Keccak256.Empty), "on chain it has no code yet");
    }

    private Task<SimpleAccountWallet> NewWalletAsync() => _rig.WalletAsync(version, Interlocked.Increment(ref _salt));

    private async Task<SimpleAccountWallet> DeployedWalletAsync()
    {
        SimpleAccountWallet wallet = await NewWalletAsync();
        await _rig.IncludeAsync(wallet.EntryPoint, wallet.Signed());
        return wallet;
    }

    private Task<ValidationReport> ExamineAsync(SimpleAccountWallet wallet, UserOperation operation, params UserOperation[] queuedBefore) =>
        _rig.ExamineAsync(wallet.EntryPoint, operation, queuedBefore);
}
