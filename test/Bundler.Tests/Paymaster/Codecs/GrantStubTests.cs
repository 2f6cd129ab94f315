using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Ledger;

namespace Bundler.Tests.Paymaster.Codecs;

/// <summary>Checklist rows 8 and 9: a stub is never worth anything, and never cheaper to send than the grant it stands for.</summary>
public sealed class GrantStubTests
{
    private const int Grants = 100_000;
    private const ulong LastSecondOf2105 = 4_291_747_199;

    private static IEnumerable<TestCaseData> Codecs() =>
        from kind in GrantCodecCatalog.Kinds
        from version in Enum.GetValues<EntryPointVersion>()
        let codec = GrantCodecCatalog.Find(kind, version)
        where codec is not null
        select new TestCaseData(codec).SetArgDisplayNames(kind, version.ToString());

    [TestCaseSource(nameof(Codecs))]
    public void A_stub_is_as_long_as_the_grant_and_has_no_more_zero_bytes(IGrantCodec codec)
    {
        Bytes stub = GrantStub.Of(codec);
        int zeros = Zeros(stub);
        Random random = new(7677);
        byte[] signature = new byte[GrantCodecs.SignatureSize];
        byte[] id = new byte[GrantId.Size];
        for (int i = 0; i < Grants; i++)
        {
            random.NextBytes(signature);
            random.NextBytes(id);
            ulong after = (ulong)random.NextInt64((long)LastSecondOf2105);
            Bytes grant = codec.Data(new GrantTerms(after + (ulong)random.Next(3_600), after, GrantId.From(id)), Bytes.From(signature));
            if (grant.Length != stub.Length || Zeros(grant) < zeros)
            {
                Assert.Fail($"{grant} beside {stub}");
            }
        }
    }

    [Test]
    public void The_signature_of_a_stub_recovers_and_is_well_formed()
    {
        Signature signature = Signature.Parse(GrantStub.Signature.Span);

        Assert.That(signature.IsLowS);
        Assert.That(SignatureRecovery.Recover(Keccak256.Hash("any"u8), signature), Is.Not.Null);
    }

    [TestCase("node", EntryPointVersion.V06, 113)]
    [TestCase("node", EntryPointVersion.V07, 145)]
    [TestCase("node", EntryPointVersion.V09, 145)]
    [TestCase("verifying", EntryPointVersion.V06, 149)]
    [TestCase("verifying", EntryPointVersion.V07, 181)]
    [TestCase("pimlico", EntryPointVersion.V06, 98)]
    [TestCase("pimlico", EntryPointVersion.V07, 130)]
    public void The_length_is_what_the_contract_expects(string kind, EntryPointVersion version, int length)
    {
        int before = Address.Size + (version == EntryPointVersion.V06 ? 0 : 32);

        Assert.That(before + GrantStub.Of(GrantCodecCatalog.Find(kind, version)!).Length, Is.EqualTo(length));
    }

    private static int Zeros(Bytes bytes) => bytes.Span.Count((byte)0);
}
