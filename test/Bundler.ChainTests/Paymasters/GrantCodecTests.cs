using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Ledger;

namespace Bundler.ChainTests.Paymasters;

/// <summary>What the node signs for our contracts is what they check, on the real EntryPoints.</summary>
[TestFixture(EntryPointVersion.V06)]
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
public sealed class GrantCodecTests(EntryPointVersion version)
{
    private GrantStage _stage = null!;

    [SetUp]
    public async Task StartAsync() => _stage = await GrantStage.StartAsync(version, hasSet: true);

    [TearDown]
    public ValueTask EndAsync() => _stage.DisposeAsync();

    [Test]
    public async Task A_grant_of_the_codec_is_taken_and_hashed_as_the_contract_does()
    {
        IGrantCodec codec = GrantCodecCatalog.Find(NodeGrantCodec.Name, version)!;
        GrantSite site = new(_stage.EntryPoint, _stage.Grant.Paymaster, _stage.Grant.ChainId);
        GrantTerms terms = new(0xffff_ffff, 1, GrantId.Random());
        UserOperation operation = _stage.Wallet.Operation() with { PaymasterVerificationGasLimit = version == EntryPointVersion.V06 ? 0 : 60_000 };
        Hash32 hash = codec.HashOf(operation, site, terms, default);
        UserOperation granted = codec.Grant(operation, site, terms, _stage.Signer.Sign(codec.DigestOf(hash)).ToBytes());

        Assert.That(await _stage.HashOnChainAsync(granted), Is.EqualTo(hash));
        Assert.That(await _stage.CallAsync(codec.EncodeGetHash(operation, site, terms)), Is.EqualTo(hash));
        Assert.That(await _stage.RefusalAsync(_stage.Wallet.Sign(granted)), Is.Null);
    }

    // Checklist row 8: a stub that is sent as if it were the real thing.
    [Test]
    public async Task A_stub_pays_for_nothing()
    {
        IGrantCodec codec = GrantCodecCatalog.Find(NodeGrantCodec.Name, version)!;
        GrantSite site = new(_stage.EntryPoint, _stage.Grant.Paymaster, _stage.Grant.ChainId);
        UserOperation operation = _stage.Wallet.Operation() with { PaymasterVerificationGasLimit = version == EntryPointVersion.V06 ? 0 : 60_000 };

        UserOperation stubbed = codec.Grant(operation, site, GrantStub.Terms, GrantStub.Signature);

        Assert.That(await _stage.RefusalAsync(_stage.Wallet.Sign(stubbed)), Is.EqualTo("AA34 signature error"));
    }

    // Clients send the limits of a stub along, and a postOp limit of zero is one to be found: the contract takes no other.
    [Test]
    public async Task Limits_that_an_estimate_finds_with_a_stub_do_for_the_grant()
    {
        IGrantCodec codec = GrantCodecCatalog.Find(NodeGrantCodec.Name, version)!;
        GrantSite site = new(_stage.EntryPoint, _stage.Grant.Paymaster, _stage.Grant.ChainId);
        UserOperation operation = _stage.Wallet.Operation() with
        {
            CallGasLimit = 0, VerificationGasLimit = 0, PreVerificationGas = 0, PaymasterVerificationGasLimit = 0, PaymasterPostOpGasLimit = 0,
        };
        UserOperation stubbed = _stage.Wallet.Sign(codec.Grant(operation, site, GrantStub.Terms, GrantStub.Signature));

        GasEstimate estimate = (await _stage.EstimateAsync(new PartialUserOperation(stubbed) { HasFees = true, HasSignature = true })).Value;

        GrantTerms terms = new(0xffff_ffff, 1, GrantId.Random());
        operation = operation with
        {
            CallGasLimit = estimate.CallGasLimit,
            VerificationGasLimit = estimate.VerificationGasLimit,
            PreVerificationGas = estimate.PreVerificationGas,
            PaymasterVerificationGasLimit = estimate.PaymasterVerificationGasLimit ?? 0,
            PaymasterPostOpGasLimit = estimate.PaymasterPostOpGasLimit ?? 0,
        };
        Hash32 digest = codec.DigestOf(codec.HashOf(operation, site, terms, default));
        UserOperation granted = codec.Grant(operation, site, terms, _stage.Signer.Sign(digest).ToBytes());
        Assert.That(await _stage.RefusalAsync(_stage.Wallet.Sign(granted)), Is.Null);
        TestContext.Out.WriteLine(estimate);
    }
}
