using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Ledger;
using Bundler.Testing;

namespace Bundler.Tests.Paymaster.Codecs;

/// <summary>v0.9's signature behind the data: what the account signs over, and where the signature may stand.</summary>
public sealed class ParallelFormTests
{
    private static readonly IGrantCodec _codec = GrantCodecCatalog.Find(NodeGrantCodec.Name, EntryPointVersion.V09)!;
    private static readonly GrantTerms _terms = new(0x0102_0304_0506, 0x0a0b_0c0d_0e0f, GrantId.From(Bytes.Parse("0x000102030405060708090a0b0c0d0e0f").Span));
    private static readonly Bytes _trailer = Bytes.Parse("0x004122e325a297439656");

    private static UserOperation With(Bytes data) => A.UserOperation() with { PaymasterData = data, PaymasterSignature = null };

    [Test]
    public void The_window_and_the_id_are_read_as_they_are_written()
    {
        Assert.That(ParallelForm.TermsOf(With(_codec.Data(_terms, Bytes.Empty))), Is.EqualTo(_terms));
        Assert.That(ParallelForm.TermsOf(With(_codec.Data(_terms, GrantStub.Signature))), Is.Null, "a signature inside");
    }

    [Test]
    public void A_packed_signature_gets_its_own_field()
    {
        Bytes window = _codec.Data(_terms, Bytes.Empty);

        UserOperation unpacked = ParallelForm.Unpacked(With(Bytes.Concat(window, GrantStub.Signature, _trailer)));

        Assert.That((unpacked.PaymasterData, unpacked.PaymasterSignature), Is.EqualTo((window, (Bytes?)GrantStub.Signature)));
    }

    // As the account signs over it, and as some clients send it, with the signature in its field or still to come.
    [TestCase(true)]
    [TestCase(false)]
    public void The_magic_alone_behind_the_window_is_taken_off(bool isSigned)
    {
        Bytes window = _codec.Data(_terms, Bytes.Empty);
        Bytes? signature = isSigned ? GrantStub.Signature : null;

        UserOperation unpacked = ParallelForm.Unpacked(With(Bytes.Concat(window, Bytes.Parse("0x22e325a297439656"))) with { PaymasterSignature = signature });

        Assert.That((unpacked.PaymasterData, unpacked.PaymasterSignature, ParallelForm.TermsOf(unpacked)), Is.EqualTo((window, signature, (GrantTerms?)_terms)));
    }

    [TestCase("0x22e325a297439656")]
    public void The_magic_behind_data_of_another_length_is_left_alone(string magic)
    {
        UserOperation operation = With(Bytes.Concat(_codec.Data(_terms, Bytes.Empty), Bytes.Parse("0x00"), Bytes.Parse(magic)));

        Assert.That(ParallelForm.Unpacked(operation), Is.SameAs(operation));
    }

    [TestCase("0x004122e325a297439657")]
    [TestCase("0x004022e325a297439656")]
    public void Another_trailer_is_left_alone(string trailer)
    {
        UserOperation operation = With(Bytes.Concat(_codec.Data(_terms, GrantStub.Signature), Bytes.Parse(trailer)));

        Assert.That(ParallelForm.Unpacked(operation), Is.SameAs(operation));
    }

    [TestCase("node", EntryPointVersion.V09, true)]
    [TestCase("node", EntryPointVersion.V08, false)]
    [TestCase("verifying", EntryPointVersion.V08, false)]
    public void Only_our_contracts_of_v0_9_take_it(string kind, EntryPointVersion version, bool taken) =>
        Assert.That(ParallelForm.IsTakenBy(GrantCodecCatalog.Find(kind, version)!, version), Is.EqualTo(taken));
}
