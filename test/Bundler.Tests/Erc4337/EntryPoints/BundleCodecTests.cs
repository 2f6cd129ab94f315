using System.Globalization;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Bundler.Tests.Ethereum;

namespace Bundler.Tests.Erc4337;

public sealed class BundleCodecTests
{
    private static readonly Address Beneficiary = Address.Parse("0x4444444444444444444444444444444444444444");

    [Test]
    public void The_operations_of_handleOps_are_found_in_its_call_data([Values] EntryPointVersion version)
    {
        Random random = new(11);
        for (int count = 0; count < 8; count++)
        {
            UserOperation[] operations = [.. Enumerable.Range(0, count).Select(_ => random.NextOperation(version))];

            Bytes callData = Codec(version).EncodeHandleOps(operations, Beneficiary);

            Assert.That(Codec(version).DecodeOperations(callData), Is.EqualTo(operations));
            Assert.That(OperationCalls.Of(version).HandleOps.DecodeCall(callData)[1], Is.EqualTo(Beneficiary));
        }
    }

    [Test]
    public void The_operations_of_handleAggregatedOps_are_found_in_its_call_data([Values] EntryPointVersion version)
    {
        Random random = new(12);
        UserOperation[] first = [random.NextOperation(version), random.NextOperation(version)];
        UserOperation[] second = [random.NextOperation(version)];

        Bytes callData = Codec(version).EncodeHandleAggregatedOps(
            [
                new AggregatedOperations(Address.Zero, first, Bytes.Empty),
                new AggregatedOperations(random.NextAddress(), second, Bytes.Parse("0x0102")),
            ],
            Beneficiary);

        Assert.That(Codec(version).DecodeOperations(callData), Is.EqualTo((UserOperation[])[.. first, .. second]));
    }

    [Test]
    public void Each_operation_adds_its_packed_bytes_to_the_call_data([Values] EntryPointVersion version)
    {
        Random random = new(13);
        UserOperation[] operations = [.. Enumerable.Range(0, 100).Select(_ => random.NextOperation(version))];
        IOperationCodec codec = EntryPointCatalog.Create(version, Address.Zero).Operations;

        int length = Codec(version).EncodeHandleOps(operations, Beneficiary).Length;

        Assert.That(length, Is.EqualTo(4 + 3 * 32 + operations.Sum(operation => codec.Pack(operation).Length)));
    }

    [TestCase("0x")]
    [TestCase("0x76")]
    [TestCase("0x765e827f")]
    [TestCase("0x1fad948c")]
    [TestCase("0xdbed18e0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [TestCase("0xb760faf90000000000000000000000001111111111111111111111111111111111111111")]
    public void Other_call_data_holds_no_operations(string callData)
    {
        foreach (EntryPointVersion version in Enum.GetValues<EntryPointVersion>())
        {
            Assert.That(Codec(version).DecodeOperations(Bytes.Parse(callData)), Is.Null);
        }
    }

    [Test]
    public void Noise_in_call_data_or_revert_data_is_never_a_fault([Values] EntryPointVersion version)
    {
        Random random = new(14);
        IBundleCodec codec = Codec(version);
        byte[] callData = codec.EncodeHandleOps([random.NextOperation(version), random.NextOperation(version)], Beneficiary).ToArray();
        byte[] failure = EntryPointErrors.FailedOpWithRevert.Encode((UInt256)1, "AA23 reverted", Bytes.Parse("0x08c379a0")).ToArray();
        for (int i = 0; i < 2_000; i++)
        {
            Assert.That(() => codec.DecodeOperations(Damaged(random, callData)), Throws.Nothing);
            Assert.That(() => codec.DecodeFailure(Damaged(random, failure)), Throws.Nothing);
        }
    }

    private static IEnumerable<TestCaseData> Failures()
    {
        const string One = "0x1111111111111111111111111111111111111111";
        Address one = Address.Parse(One);
        Bytes inner = Bytes.Parse("0xabcdef01");
        yield return Failure("FailedOp(uint256,string)", [(UInt256)3, "AA25 invalid account nonce"], 3, "AA25 invalid account nonce");
        yield return Failure("FailedOp(uint256,string)", [UInt256.MaxValue, "AA95 out of gas"], null, "AA95 out of gas");
        yield return Failure("FailedOpWithRevert(uint256,string,bytes)", [(UInt256)0, "AA23 reverted", inner], 0, "AA23 reverted", inner: inner);
        yield return Failure(
            "SignatureValidationFailed(address)", [one], null, $"SignatureValidationFailed({One})", aggregator: one);
        yield return Failure("Error(string)", ["AA20 account not deployed"], null, "AA20 account not deployed");
        yield return Failure("Panic(uint256)", [(UInt256)0x11], null, "Panic(0x11): arithmetic overflow or underflow");
        yield return Failure("Reentrancy()", [], null, "Reentrancy()");
        yield return Failure("InternalFunction()", [], null, "InternalFunction()");
        yield return Failure("InvalidBeneficiary(address)", [one], null, $"InvalidBeneficiary({One})");
        yield return Failure("FailedSendToBeneficiary(address,uint256,bytes)", [one, (UInt256)5, inner], null, $"FailedSendToBeneficiary({One}, 5, {inner})");
        yield return Failure("InvalidPaymaster(address)", [one], null, $"InvalidPaymaster({One})");
        yield return Failure("InvalidPaymasterData(uint256)", [(UInt256)20], null, "InvalidPaymasterData(20)");
        yield return Failure("InvalidPaymasterSignatureLength(uint256,uint256)", [(UInt256)2, (UInt256)65], null, "InvalidPaymasterSignatureLength(2, 65)");
        yield return Failure("Eip7702SenderNotDelegate(address)", [one], null, $"Eip7702SenderNotDelegate({One})");
        yield return Failure("Eip7702SenderWithoutCode(address)", [one], null, $"Eip7702SenderWithoutCode({One})");
        yield return Failure("InsufficientDeposit(uint256,uint256)", [(UInt256)1, (UInt256)2], null, "InsufficientDeposit(1, 2)");
        yield return Failure("NotFromEntryPoint(address,address,address)", [one, one, one], null, $"NotFromEntryPoint({One}, {One}, {One})");
        yield return Failure("SomebodyElses(uint256)", [(UInt256)1], null, "the data itself", known: false);
    }

    [TestCaseSource(nameof(Failures))]
    public void A_reverted_bundle_says_which_operation_and_why(Bytes data, BundleFailure expected, bool known)
    {
        BundleFailure failure = Codec(EntryPointVersion.V09).DecodeFailure(data);

        Assert.That(failure, Is.EqualTo(known ? expected : expected with { Reason = data.ToString() }));
    }

    [Test]
    public void An_empty_revert_names_no_operation([Values] EntryPointVersion version) =>
        Assert.That(
            Codec(version).DecodeFailure(Bytes.Empty),
            Is.EqualTo(new BundleFailure(null, "reverted without data", Bytes.Empty, null, Bytes.Empty)));

    [TestCase(EntryPointVersion.V06, "3a871cdd", "f465c77e", "570e1a36", "00000000", "1d732756", "a9a23409", "e3563a4f")]
    [TestCase(EntryPointVersion.V07, "19822f7c", "52b7512c", "570e1a36", "00000000", "0042dc53", "7c627b21", "2dd81133")]
    [TestCase(EntryPointVersion.V08, "19822f7c", "52b7512c", "570e1a36", "c09ad0d9", "0042dc53", "7c627b21", "2dd81133")]
    [TestCase(EntryPointVersion.V09, "19822f7c", "52b7512c", "570e1a36", "c09ad0d9", "0042dc53", "7c627b21", "2dd81133")]
    public void The_selectors_of_validation_are_those_of_the_version(EntryPointVersion version, params string[] selectors)
    {
        uint[] numbers = [.. selectors.Select(selector => uint.Parse(selector, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

        Assert.That(
            Codec(version).Selectors,
            Is.EqualTo(new ValidationSelectors(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6])));
    }

    private static IBundleCodec Codec(EntryPointVersion version) => EntryPointCatalog.Create(version, Address.Zero).Bundles;

    private static TestCaseData Failure(
        string signature, object[] values, int? index, string reason, Bytes inner = default, Address? aggregator = null, bool known = true)
    {
        Bytes data = AbiError.Parse(signature).Encode(values);
        return new TestCaseData(data, new BundleFailure(index, reason, inner, aggregator, data), known).SetArgDisplayNames(signature, reason);
    }

    private static Bytes Damaged(Random random, byte[] source)
    {
        byte[] bytes = [.. source.AsSpan(0, random.Next(2) == 0 ? source.Length : random.Next(source.Length))];
        for (int changes = random.Next(1, 5); changes > 0 && bytes.Length > 4; changes--)
        {
            bytes[random.Next(4, bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)0xff;
        }

        return Bytes.Own(bytes);
    }
}
