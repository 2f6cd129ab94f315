using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Bundler.Tests.Ethereum;

namespace Bundler.Tests.Erc4337;

[TestFixture(EntryPointVersion.V06)]
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
public sealed class OperationCodecTests(EntryPointVersion version)
{
    private const int Rounds = 500;

    private readonly IOperationCodec _codec = EntryPointCatalog.Create(version, Address.Zero).Operations;

    [Test]
    public void The_tuple_of_any_operation_leads_back_to_it()
    {
        Random random = new(4337);
        for (int i = 0; i < Rounds; i++)
        {
            UserOperation operation = random.NextOperation(version);

            Assert.That(_codec.FromTuple(_codec.ToTuple(operation)), Is.EqualTo(operation));
        }
    }

    [Test]
    public void The_packed_bytes_of_any_operation_are_the_ABI_encoding_of_its_tuple()
    {
        Random random = new(7562);
        AbiType[] types = [OperationCalls.Of(version).TupleType];
        for (int i = 0; i < Rounds; i++)
        {
            UserOperation operation = random.NextOperation(version);

            Bytes packed = _codec.Pack(operation);

            UserOperation decoded = _codec.FromTuple((object[])AbiDecoder.Decode(types, packed)[0]);
            Assert.That(_codec.Pack(decoded), Is.EqualTo(packed));
            Assert.That(packed.Length % 32, Is.Zero);
        }
    }

    [Test]
    public void The_JSON_of_any_operation_leads_back_to_it()
    {
        Random random = new(7769);
        for (int i = 0; i < Rounds; i++)
        {
            UserOperation operation = random.NextOperation(version) with { Eip7702Auth = random.Next(2) == 0 ? null : random.NextAuthorization() };

            string json = OperationText.Write(_codec, operation);

            Assert.That(OperationText.Read(_codec, json).Operation, Is.EqualTo(operation), json);
        }
    }

    [Test]
    public void Hashes_differ_where_any_field_but_the_signatures_differs()
    {
        Random random = new(712);
        EntryPoint entryPoint = EntryPointCatalog.Create(version, random.NextAddress());
        UserOperation operation = VectorOperation.WithPaymaster with { Factory = random.NextAddress() };
        UserOperation[] others =
        [
            operation,
            operation with { Sender = random.NextAddress() },
            operation with { Nonce = 1 },
            operation with { Factory = null },
            operation with { FactoryData = Bytes.Parse("0x01") },
            operation with { CallData = Bytes.Empty },
            operation with { CallGasLimit = 1 },
            operation with { VerificationGasLimit = 1 },
            operation with { PreVerificationGas = 1 },
            operation with { MaxFeePerGas = 1 },
            operation with { MaxPriorityFeePerGas = 1 },
            operation with { Paymaster = random.NextAddress() },
            operation with { PaymasterData = Bytes.Empty },
        ];

        HashSet<Hash32> hashes = [.. others.Select(other => entryPoint.Hash(other, 56, null)), entryPoint.Hash(operation, 97, null)];

        Assert.That(hashes, Has.Count.EqualTo(others.Length + 1));
    }

    [TestCase("0x")]
    [TestCase("0x7703")]
    [TestCase("0x11111111111111111111111111111111111111")]
    public void An_initCode_shorter_than_an_address_is_malformed(string initCode)
    {
        object[] tuple = _codec.ToTuple(VectorOperation.Plain);
        tuple[2] = Bytes.Parse(initCode);

        if (initCode == "0x")
        {
            Assert.That(_codec.FromTuple(tuple), Is.EqualTo(VectorOperation.Plain));
        }
        else
        {
            Assert.That(() => _codec.FromTuple(tuple), Throws.TypeOf<CodecException>().With.Property("Path").EqualTo("initCode"));
        }
    }

    [Test]
    public void A_paymasterAndData_shorter_than_its_fixed_part_is_malformed([Values(1, 19, 20, 51, 52)] int length)
    {
        int needed = version == EntryPointVersion.V06 ? Address.Size : PackedUserOperation.PaymasterDataOffset;
        object[] tuple = _codec.ToTuple(VectorOperation.Plain);
        tuple[version == EntryPointVersion.V06 ? 9 : 7] = Bytes.From(new byte[length]);

        if (length >= needed)
        {
            Assert.That(_codec.FromTuple(tuple).Paymaster, Is.EqualTo(Address.Zero));
        }
        else
        {
            Assert.That(() => _codec.FromTuple(tuple), Throws.TypeOf<CodecException>().With.Property("Path").EqualTo("paymasterAndData"));
        }
    }
}
