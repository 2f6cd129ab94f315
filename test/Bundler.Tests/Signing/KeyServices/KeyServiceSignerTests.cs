using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.KeyServices;
using Bundler.Testing;
using Bundler.Testing.Kms;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Signing;

public sealed class KeyServiceSignerTests
{
    private static readonly KeyServicePolicy Quick = new()
    {
        MaxAttempts = 3,
        AttemptTimeout = TimeSpan.FromMilliseconds(100),
        FirstPause = TimeSpan.FromMilliseconds(1),
        MaxPause = TimeSpan.FromMilliseconds(2),
    };

    private SoftKey _key = null!;
    private ScriptedKeyService _service = null!;

    [SetUp]
    public void Begin()
    {
        _key = SoftKey.Generate();
        _service = new ScriptedKeyService(_key);
    }

    [TearDown]
    public void End() => _key.Dispose();

    [TestCase(SignerFault.Throttled)]
    [TestCase(SignerFault.TimedOut)]
    [TestCase(SignerFault.Unreachable)]
    [TestCase(SignerFault.ServiceFaulted)]
    [TestCase(SignerFault.AnswerCorrupted)]
    public async Task A_fault_that_passes_is_tried_again(SignerFault fault)
    {
        _service.Fails(fault, fault);
        using KeyServiceSigner signer = Signer(_key.Address);

        Signature signature = await signer.SignAsync(Hash32.Zero, CancellationToken.None);

        Assert.That(SignatureRecovery.Recover(Hash32.Zero, signature), Is.EqualTo(_key.Address));
        Assert.That(_service.Attempts, Is.EqualTo(3));
    }

    [TestCase(SignerFault.AccessDenied)]
    [TestCase(SignerFault.KeyDisabled)]
    [TestCase(SignerFault.KeyNotFound)]
    [TestCase(SignerFault.WrongKey)]
    [TestCase(SignerFault.RequestRefused)]
    public void A_fault_that_needs_an_operator_is_not_tried_again(SignerFault fault)
    {
        _service.Fails(fault);
        using KeyServiceSigner signer = Signer(_key.Address);

        Assert.That(() => SignAsync(signer), Fails(fault, isTransient: false));
        Assert.That(_service.Attempts, Is.EqualTo(1));
    }

    [Test]
    public void The_attempts_are_bounded()
    {
        _service.Fails(Enumerable.Repeat(SignerFault.Throttled, 100));
        using KeyServiceSigner signer = Signer(_key.Address);

        Assert.That(() => SignAsync(signer), Fails(SignerFault.Throttled, isTransient: true));
        Assert.That(_service.Attempts, Is.EqualTo(3));
    }

    [Test]
    public async Task A_service_that_never_answers_is_given_up_and_used_again_once_it_does()
    {
        _service.Hangs = true;
        using KeyServiceSigner signer = Signer(_key.Address);

        Assert.That(() => SignAsync(signer), Fails(SignerFault.TimedOut, isTransient: true));

        _service.Hangs = false;
        Assert.That(SignatureRecovery.Recover(Hash32.Zero, await SignAsync(signer)), Is.EqualTo(_key.Address));
    }

    [Test]
    public void A_key_of_another_address_never_signs_and_both_addresses_are_named()
    {
        using KeyServiceSigner signer = Signer(DevAccounts.All[0].Address);

        Assert.That(
            () => SignAsync(signer),
            Fails(SignerFault.WrongKey, isTransient: false).And.Message.Contains(_key.Address.ToString()).And.Message.Contains(DevAccounts.All[0].Address.ToString()));
    }

    [Test]
    public void The_caller_can_leave_while_the_service_hangs()
    {
        _service.Hangs = true;
        using KeyServiceSigner signer = Signer(_key.Address);
        using CancellationTokenSource leaving = new(TimeSpan.FromMilliseconds(20));

        Assert.That(async () => await signer.SignAsync(Hash32.Zero, leaving.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(1, 0, 100)]
    [TestCase(2, 0, 200)]
    [TestCase(3, 0, 400)]
    [TestCase(3, 1, 200)]
    [TestCase(10, 0, 2_000)]
    [TestCase(1_000, 0, 2_000)]
    public void The_pauses_double_up_to_a_bound(int attempt, double jitter, int milliseconds) =>
        Assert.That(new KeyServicePolicy().PauseAfter(attempt, jitter), Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));

    private KeyServiceSigner Signer(Address address) =>
        new(_service, address, Quick, TimeProvider.System, NullLogger<KeyServiceSigner>.Instance);

    private static async Task<Signature> SignAsync(KeyServiceSigner signer) => await signer.SignAsync(Hash32.Zero, CancellationToken.None);

    private static NUnit.Framework.Constraints.EqualConstraint Fails(SignerFault fault, bool isTransient) => Throws.TypeOf<SignerUnavailableException>()
        .With.Property(nameof(SignerUnavailableException.Fault)).EqualTo(fault)
        .And.Property(nameof(SignerUnavailableException.IsTransient)).EqualTo(isTransient);
}

/// <summary>The contract over a key service in this process, whose every second s is high.</summary>
public sealed class KeyServiceSignerContractTests : SignerContract
{
    private readonly SoftKey _key = SoftKey.Generate();

    [OneTimeTearDown]
    public void End() => _key.Dispose();

    protected override (ISigner Signer, Address Address) Create() => (
        new KeyServiceSigner(
            new ScriptedKeyService(_key), _key.Address, new KeyServicePolicy(), TimeProvider.System, NullLogger<KeyServiceSigner>.Instance),
        _key.Address);
}
