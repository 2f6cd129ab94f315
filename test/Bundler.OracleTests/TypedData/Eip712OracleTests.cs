using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.TypedData;
using Nethereum.ABI.EIP712;

namespace Bundler.OracleTests.TypedData;

/// <summary>EIP-712: random structs, four deep, with their domains.</summary>
internal sealed class Eip712OracleTests
{
    [Test]
    public void The_digest_of_typed_data_is_the_same() => Oracle.Agrees(random =>
    {
        RandomTypedData data = new(random);
        return (Eip712Hash.Message(data.Domain, data.Types, RandomTypedData.PrimaryType, data.Values).ToString(), Eip712TypedDataEncoder.Current.EncodeAndHashTypedData(data.Theirs).Hex());
    });

    [Test]
    public void The_separator_of_a_domain_is_the_same() => Oracle.Agrees(random =>
    {
        RandomTypedData data = new(random);
        return (data.Domain.Separator().ToString(), Eip712TypedDataEncoder.Current.HashDomainSeparator(data.Theirs).Hex());
    });

    [Test]
    public void Stricter_a_value_that_does_not_fit_its_type_is_refused()
    {
        Dictionary<string, IReadOnlyList<Eip712Field>> types = new() { ["Root"] = [new("m0", "uint8")] };

        Assert.That(() => Eip712Hash.Struct(types, "Root", new Dictionary<string, object> { ["m0"] = (UInt256)256 }), Throws.TypeOf<CodecException>());
    }

    [Test]
    public void Stricter_a_member_that_is_missing_is_refused()
    {
        Dictionary<string, IReadOnlyList<Eip712Field>> types = new() { ["Root"] = [new("m0", "uint8"), new("m1", "string")] };

        Assert.That(() => Eip712Hash.Struct(types, "Root", new Dictionary<string, object> { ["m0"] = (UInt256)1 }), Throws.TypeOf<CodecException>());
    }
}
