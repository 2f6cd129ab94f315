using System.Numerics;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Abi;

/// <summary>Both directions against <see cref="AbiVectors"/>.</summary>
public sealed class AbiVectorTests
{
    private static readonly Address Ones = Address.Parse("0x1111111111111111111111111111111111111111");
    private static readonly Address Beneficiary = Address.Parse("0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045");

    [Test]
    public void A_bundle_of_packed_operations()
    {
        AbiFunction handleOps = AbiFunction.Parse("handleOps((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes)[],address)");
        object[] args = [new object[] { Operation(new UInt256(0, 0, 5, 7), Filled(0x44, 65)), Operation(8, Bytes.Empty) }, Beneficiary];

        Assert.That(handleOps.EncodeCall(args), Is.EqualTo(AbiVectors.HandleOps));
        Assert.That(handleOps.DecodeCall(AbiVectors.HandleOps), Is.EqualTo(args));
    }

    [Test]
    public void Integers_at_their_limits()
    {
        AbiType[] types = Types("int8", "int256", "int64", "uint128", "int16[3]");
        object[] values =
        [
            BigInteger.MinusOne, -BigInteger.Pow(2, 255), new BigInteger(-5), (UInt256)UInt128.MaxValue,
            new object[] { BigInteger.One, new BigInteger(-2), new BigInteger(32767) },
        ];

        Assert.That(AbiEncoder.Encode(types, values), Is.EqualTo(AbiVectors.Integers));
        Assert.That(AbiDecoder.Decode(types, AbiVectors.Integers), Is.EqualTo(values));
    }

    [Test]
    public void Nested_dynamic_tuples_and_arrays()
    {
        AbiType[] types = Types("(string,(bool,bytes)[])[]", "bytes[2][]", "(uint256,address)[2]", "string");
        object[] calls = [new object[] { true, Filled(0x01, 1) }, new object[] { false, Filled(0xff, 33) }];
        object[] values =
        [
            new object[] { new object[] { "ä€😀", calls }, new object[] { "", Array.Empty<object>() } },
            new object[]
            {
                new object[] { Bytes.Parse("0xaa"), Bytes.Empty },
                new object[] { Bytes.Parse("0xbbcc"), Bytes.Parse("0xdd") },
            },
            new object[] { new object[] { UInt256.One, Ones }, new object[] { (UInt256)2, Beneficiary } },
            "",
        ];

        Assert.That(AbiEncoder.Encode(types, values), Is.EqualTo(AbiVectors.Nested));
        Assert.That(AbiDecoder.Decode(types, AbiVectors.Nested), Is.EqualTo(values));
    }

    [Test]
    public void A_custom_error()
    {
        AbiError error = AbiError.Parse("FailedOpWithRevert(uint256 opIndex, string reason, bytes inner)");
        object[] values = [(UInt256)2, "AA23 reverted", Bytes.Parse("0x08c379a0")];

        Assert.That(error.Encode(values), Is.EqualTo(AbiVectors.FailedOpWithRevert));
        Assert.That(error.TryDecode(AbiVectors.FailedOpWithRevert, out object[] decoded), Is.True);
        Assert.That(decoded, Is.EqualTo(values));
    }

    private static object[] Operation(UInt256 nonce, Bytes signature) =>
    [
        Ones, nonce, Bytes.Empty, Bytes.Parse("0xdeadbeef"),
        Hash32.Parse("0x000000000000000000000000000186a00000000000000000000000000000c350"), (UInt256)50_000,
        Hash32.Parse("0x00000000000000000000000005f5e10000000000000000000000000005f5e100"), Bytes.Empty, signature,
    ];

    private static Bytes Filled(byte value, int length) => Bytes.Own([.. Enumerable.Repeat(value, length)]);

    private static AbiType[] Types(params string[] types) => [.. types.Select(AbiType.Parse)];
}
