using Bundler.Engine.Admission.AfterValidation;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Admission.AfterValidation;

public sealed class NoForeignSenderStorageTests
{
    private static readonly UserOperation _other = A.UserOperation() with { Sender = A.AddressOf(1) };

    private AdmissionBench _bench = null!;

    [SetUp]
    public void SetUp() => _bench = new AdmissionBench();

    [Test]
    public async Task STO_041_storage_of_the_sender_of_a_pending_operation_may_not_be_used()
    {
        await _bench.PendAsync(_other);

        Assert.That(Broken(Touching(_other.Sender)), Is.EqualTo(_other.Sender));
    }

    [Test]
    public async Task STO_041_a_pending_operation_may_not_have_used_storage_of_the_sender()
    {
        await _bench.PendAsync(_other, Touching(A.Account));

        Assert.That(Broken(A.Validation()), Is.EqualTo(A.Account));
    }

    [Test]
    public async Task STO_041_storage_of_a_contract_that_sends_nothing_is_free()
    {
        await _bench.PendAsync(_other, Touching(A.Contract));

        Assert.That(Broken(Touching(A.Contract)), Is.Null);
    }

    [Test]
    public async Task STO_041_a_senders_own_storage_is_free_whatever_it_has_pending()
    {
        await _bench.PendAsync(A.UserOperation() with { Nonce = 1 }, Touching(A.Account));

        Assert.That(Broken(Touching(A.Account)), Is.Null);
    }

    [Test]
    public async Task STO_041_its_code_is_that_of_a_broken_rule()
    {
        await _bench.PendAsync(_other);

        Rejection? rejection = _bench.Ask(new NoForeignSenderStorage(), AdmissionBench.Of(A.UserOperation()) with { Validation = Touching(_other.Sender) });

        Assert.That((rejection?.Code, (rejection as Rejection.RuleViolated)?.Violation.Rule), Is.EqualTo((-32502, "STO-041")));
    }

    private static ValidationResult Touching(Address contract) =>
        A.Validation() with { AccessedSlots = new Dictionary<Address, IReadOnlySet<Hash32>> { [contract] = new HashSet<Hash32> { Hash32.Zero } } };

    /// <summary>The contract whose storage stands in the way of an operation of <see cref="A.Account"/>.</summary>
    private Address? Broken(ValidationResult validation) =>
        ((Rejection.RuleViolated?)_bench.Ask(new NoForeignSenderStorage(), AdmissionBench.Of(A.UserOperation()) with { Validation = validation }))
            ?.Violation.Address;
}
