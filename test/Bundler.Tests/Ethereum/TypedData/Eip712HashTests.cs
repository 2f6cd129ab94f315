using System.Numerics;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.TypedData;

namespace Bundler.Tests.Ethereum.TypedData;

public sealed class Eip712HashTests
{
    private static readonly Address Cow = Address.Parse("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826");
    private static readonly Address Bob = Address.Parse("0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB");
    private static readonly Address Ones = Address.Parse("0x1111111111111111111111111111111111111111");
    private static readonly Address Vitalik = Address.Parse("0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045");

    // The example of EIP-712.
    private static readonly Dictionary<string, IReadOnlyList<Eip712Field>> MailTypes = new()
    {
        ["Person"] = [new("name", "string"), new("wallet", "address")],
        ["Mail"] = [new("from", "Person"), new("to", "Person"), new("contents", "string")],
    };

    private static readonly Dictionary<string, object> Mail = new()
    {
        ["from"] = new Dictionary<string, object> { ["name"] = "Cow", ["wallet"] = Cow },
        ["to"] = new Dictionary<string, object> { ["name"] = "Bob", ["wallet"] = Bob },
        ["contents"] = "Hello, Bob!",
    };

    private static readonly Eip712Domain MailDomain = new()
    {
        Name = "Ether Mail",
        Version = "1",
        ChainId = 1,
        VerifyingContract = Address.Parse("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"),
    };

    private static readonly Dictionary<string, IReadOnlyList<Eip712Field>> BatchTypes = new()
    {
        ["Call"] = [new("to", "address"), new("value", "uint256"), new("data", "bytes"), new("tags", "bytes4[2][]")],
        ["Batch"] =
        [
            new("calls", "Call[]"), new("first", "Call"), new("names", "string[]"), new("delta", "int64"), new("ok", "bool"), new("salt", "bytes32"),
        ],
    };

    [Test]
    public void The_type_of_the_mail_names_what_it_refers_to() =>
        Assert.That(
            Eip712Hash.EncodeType(MailTypes, "Mail"),
            Is.EqualTo("Mail(Person from,Person to,string contents)Person(string name,address wallet)"));

    [Test]
    public void The_type_hash_of_the_mail() =>
        Assert.That(Eip712Hash.TypeHash(MailTypes, "Mail").ToString(), Is.EqualTo("0xa0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2"));

    [Test]
    public void The_struct_hash_of_the_mail() =>
        Assert.That(
            Eip712Hash.Struct(MailTypes, "Mail", Mail).ToString(),
            Is.EqualTo("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e"));

    [Test]
    public void The_digest_of_the_mail() =>
        Assert.That(
            Eip712Hash.Message(MailDomain, MailTypes, "Mail", Mail).ToString(),
            Is.EqualTo("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"));

    // Computed with viem.
    [Test]
    public void Arrays_of_structs_of_arrays()
    {
        Assert.That(
            Eip712Hash.Struct(BatchTypes, "Batch", Batch()).ToString(),
            Is.EqualTo("0xb930096a8e0427d953bb0b52b98f79c832458e4bd8f6400deeca4e1b77f14174"));
        Assert.That(
            Eip712Hash.Message(Eip712DomainTests.Full, BatchTypes, "Batch", Batch()).ToString(),
            Is.EqualTo("0x8a813cacbbeec6693f8939c150a91a68645aa7c3467e99085e287e6e469e68c1"));
    }

    [Test]
    public void Referred_types_are_sorted_and_may_refer_to_themselves()
    {
        Dictionary<string, IReadOnlyList<Eip712Field>> types = new()
        {
            ["A"] = [new("z", "Z"), new("children", "A[]")],
            ["Z"] = [new("b", "B[2]"), new("a", "A[]")],
            ["B"] = [new("x", "uint256")],
        };

        Assert.That(Eip712Hash.EncodeType(types, "A"), Is.EqualTo("A(Z z,A[] children)B(uint256 x)Z(B[2] b,A[] a)"));
    }

    // ERC-4337: the type hash and, with it, the userOpHash of EntryPoint v0.8.
    [Test]
    public void The_user_operation_of_EntryPoint_v08()
    {
        Dictionary<string, IReadOnlyList<Eip712Field>> types = new()
        {
            ["PackedUserOperation"] =
            [
                new("sender", "address"), new("nonce", "uint256"), new("initCode", "bytes"), new("callData", "bytes"), new("accountGasLimits", "bytes32"),
                new("preVerificationGas", "uint256"), new("gasFees", "bytes32"), new("paymasterAndData", "bytes"),
            ],
        };
        Dictionary<string, object> operation = new()
        {
            ["sender"] = Ones,
            ["nonce"] = new UInt256(0, 0, 5, 7),
            ["initCode"] = Bytes.Empty,
            ["callData"] = Bytes.Parse("0xdeadbeef"),
            ["accountGasLimits"] = Hash32.Parse("0x000000000000000000000000000186a00000000000000000000000000000c350"),
            ["preVerificationGas"] = 50_000,
            ["gasFees"] = Hash32.Parse("0x00000000000000000000000005f5e10000000000000000000000000005f5e100"),
            ["paymasterAndData"] = Bytes.Empty,
        };
        Eip712Domain domain = new()
        {
            Name = "ERC4337",
            Version = "1",
            ChainId = 56,
            VerifyingContract = Address.Parse("0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108"),
        };

        Assert.That(
            Eip712Hash.TypeHash(types, "PackedUserOperation").ToString(),
            Is.EqualTo("0x29a0bca4af4be3421398da00295e58e6d7de38cb492214754cb6a47507dd6f8e"));
        Assert.That(
            Eip712Hash.Message(domain, types, "PackedUserOperation", operation).ToString(),
            Is.EqualTo("0x450e78c0d3ed18ac61305d844db117ae1fec81a6834af2513142515fa9fb143d"));
    }

    [TestCase("names", "x", "names")]
    [TestCase("first", "x", "first")]
    [TestCase("delta", "x", "delta")]
    [TestCase("salt", "x", "salt")]
    public void A_value_that_does_not_fit_is_refused_with_the_path(string member, object value, string path)
    {
        Dictionary<string, object> batch = Batch();
        batch[member] = value;

        Assert.That(() => Eip712Hash.Struct(BatchTypes, "Batch", batch), Throws.TypeOf<CodecException>().With.Property("Path").EqualTo(path));
    }

    [Test]
    public void A_missing_member_is_refused_with_the_path()
    {
        Dictionary<string, object> batch = Batch();
        batch["calls"] = new object[] { new Dictionary<string, object> { ["to"] = Ones } };

        Assert.That(
            () => Eip712Hash.Struct(BatchTypes, "Batch", batch),
            Throws.TypeOf<CodecException>().With.Message.EqualTo("calls[0].value: is missing"));
    }

    [Test]
    public void An_array_of_another_length_is_refused()
    {
        Dictionary<string, object> batch = Batch();
        ((Dictionary<string, object>)batch["first"])["tags"] = new object[] { new object[] { Bytes.Parse("0x01020304") } };

        Assert.That(
            () => Eip712Hash.Struct(BatchTypes, "Batch", batch),
            Throws.TypeOf<CodecException>().With.Message.EqualTo("calls[1].tags[0]: bytes4[2] takes 2 values, got 1"));
    }

    [Test]
    public void An_unknown_type_is_refused()
    {
        Dictionary<string, IReadOnlyList<Eip712Field>> types = new() { ["A"] = [new("b", "Unknown")] };

        Assert.That(
            () => Eip712Hash.Struct(types, "A", new Dictionary<string, object> { ["b"] = 1 }),
            Throws.TypeOf<CodecException>().With.Property("Path").EqualTo("b"));
        Assert.That(() => Eip712Hash.TypeHash(types, "B"), Throws.TypeOf<CodecException>());
    }

    private static Dictionary<string, object> Batch()
    {
        Dictionary<string, object> first = new()
        {
            ["to"] = Ones,
            ["value"] = 1,
            ["data"] = Bytes.Empty,
            ["tags"] = new object[] { new object[] { Bytes.Parse("0x01020304"), Bytes.Parse("0x05060708") } },
        };
        Dictionary<string, object> second = new()
        {
            ["to"] = Vitalik,
            ["value"] = BigInteger.Pow(2, 200),
            ["data"] = Bytes.Parse("0xdeadbeef"),
            ["tags"] = Array.Empty<object>(),
        };
        return new()
        {
            ["calls"] = new object[] { first, second },
            ["first"] = second,
            ["names"] = new[] { "a", "ä" },
            ["delta"] = -3,
            ["ok"] = true,
            ["salt"] = Hash32.Parse("0x" + string.Concat(Enumerable.Repeat("07", 32))),
        };
    }
}
