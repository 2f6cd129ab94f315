using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.Tests.Erc4337;

public sealed class OperationJsonTests
{
    private const string Sender = "0x1111111111111111111111111111111111111111";
    private const string Factory = "0x2222222222222222222222222222222222222222";
    private const string Paymaster = "0x3333333333333333333333333333333333333333";

    private const string Gas =
        """
        "callGasLimit":"0xc350","verificationGasLimit":"0x186a0","preVerificationGas":"0xc351","maxFeePerGas":"0x5f5e100","maxPriorityFeePerGas":"0x1"
        """;

    private const string GoldenV06 =
        $$"""
        {"sender":"{{Sender}}","nonce":"0x50000000000000007","initCode":"{{Factory}}cafe","callData":"0xdeadbeef",{{Gas}},"paymasterAndData":"{{Paymaster}}abcd","signature":"0x01"}
        """;

    private const string GoldenV07 =
        $$"""
        {"sender":"{{Sender}}","nonce":"0x50000000000000007","factory":"{{Factory}}","factoryData":"0xcafe","callData":"0xdeadbeef",{{Gas}},"paymaster":"{{Paymaster}}","paymasterVerificationGasLimit":"0xea60","paymasterPostOpGasLimit":"0x2710","paymasterData":"0xabcd","signature":"0x01"}
        """;

    private const string GoldenMarker =
        $$$"""
        {"sender":"{{{Sender}}}","nonce":"0x50000000000000007","factory":"0x7702","factoryData":"0xcafe","callData":"0xdeadbeef",{{{Gas}}},"signature":"0x01","eip7702Auth":{"chainId":"0x38","address":"{{{Factory}}}","nonce":"0x9","yParity":"0x1","r":"0x7","s":"0x8"}}
        """;

    private const string GoldenV09 =
        $$"""
        {"sender":"{{Sender}}","nonce":"0x50000000000000007","factory":"{{Factory}}","factoryData":"0xcafe","callData":"0xdeadbeef",{{Gas}},"paymaster":"{{Paymaster}}","paymasterVerificationGasLimit":"0xea60","paymasterPostOpGasLimit":"0x2710","paymasterData":"0xabcd","paymasterSignature":"0x4444","signature":"0x01"}
        """;

    private const string Plain =
        $$"""
        {"sender":"{{Sender}}","nonce":"0x50000000000000007","callData":"0xdeadbeef",{{Gas}},"signature":"0x01"}
        """;

    private static readonly UserOperation Expected = VectorOperation.Plain with
    {
        PreVerificationGas = 50_001,
        MaxPriorityFeePerGas = 1,
        Signature = Bytes.Parse("0x01"),
    };

    private static readonly UserOperation Full = Expected with
    {
        Factory = Address.Parse(Factory),
        FactoryData = Bytes.Parse("0xcafe"),
        Paymaster = Address.Parse(Paymaster),
        PaymasterVerificationGasLimit = 60_000,
        PaymasterPostOpGasLimit = 10_000,
        PaymasterData = Bytes.Parse("0xabcd"),
    };

    private static IEnumerable<TestCaseData> Goldens()
    {
        UserOperation marker = Expected with
        {
            Factory = Eip7702Marker.Address,
            FactoryData = Bytes.Parse("0xcafe"),
            Eip7702Auth = new Authorization(56, Address.Parse(Factory), 9, 1, 7, 8),
        };
        yield return new TestCaseData(EntryPointVersion.V06, GoldenV06, Full with { PaymasterVerificationGasLimit = 0, PaymasterPostOpGasLimit = 0 });
        yield return new TestCaseData(EntryPointVersion.V07, Plain, Expected);
        yield return new TestCaseData(EntryPointVersion.V07, GoldenV07, Full);
        yield return new TestCaseData(EntryPointVersion.V08, GoldenV07, Full);
        yield return new TestCaseData(EntryPointVersion.V08, GoldenMarker, marker);
        yield return new TestCaseData(EntryPointVersion.V09, GoldenMarker, marker);
        yield return new TestCaseData(EntryPointVersion.V09, GoldenV09, Full with { PaymasterSignature = Bytes.Parse("0x4444") });
    }

    [TestCaseSource(nameof(Goldens))]
    public void The_wire_form_is_read_and_written_as_it_stands(EntryPointVersion version, string golden, UserOperation operation)
    {
        IOperationCodec codec = Codec(version);

        Assert.That(OperationText.Read(codec, golden).Operation, Is.EqualTo(operation));
        Assert.That(OperationText.Write(codec, operation), Is.EqualTo(golden));
    }

    [Test]
    public void Addresses_are_written_with_their_checksum()
    {
        string json = OperationText.Write(
            Codec(EntryPointVersion.V07), Expected with { Sender = Address.Parse("0x5ff137d4b0fdcd49dca30c7cf57e578a026d2789") });

        Assert.That(json, Does.Contain("\"sender\":\"0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789\""));
    }

    [TestCase(EntryPointVersion.V06, "callGasLimit", "\"0xzz\"", "callGasLimit: the number has a character that is not a hex digit")]
    [TestCase(EntryPointVersion.V06, "initCode", "\"0x7702\"", "initCode: has 2 bytes, the address it begins with has 20")]
    [TestCase(EntryPointVersion.V06, "paymasterAndData", "\"0x00\"", "paymasterAndData: has 1 bytes, the address it begins with has 20")]
    [TestCase(EntryPointVersion.V06, "initCode", "null", "initCode: is missing")]
    [TestCase(EntryPointVersion.V06, "paymasterAndData", null, "paymasterAndData: is missing")]
    [TestCase(EntryPointVersion.V06, "factory", $"\"{Factory}\"", "factory: is not a field of an EntryPoint v0.6 operation")]
    [TestCase(EntryPointVersion.V07, "initCode", "\"0x\"", "initCode: is not a field of an EntryPoint v0.7 operation")]
    [TestCase(EntryPointVersion.V07, "chainId", "1", "chainId: is not a field of an EntryPoint v0.7 operation")]
    [TestCase(EntryPointVersion.V07, "sender", null, "sender: is missing")]
    [TestCase(EntryPointVersion.V07, "nonce", null, "nonce: is missing")]
    [TestCase(EntryPointVersion.V07, "callData", null, "callData: is missing")]
    [TestCase(EntryPointVersion.V07, "callGasLimit", null, "callGasLimit: is missing")]
    [TestCase(EntryPointVersion.V07, "verificationGasLimit", null, "verificationGasLimit: is missing")]
    [TestCase(EntryPointVersion.V07, "preVerificationGas", null, "preVerificationGas: is missing")]
    [TestCase(EntryPointVersion.V07, "maxFeePerGas", null, "maxFeePerGas: is missing")]
    [TestCase(EntryPointVersion.V07, "maxPriorityFeePerGas", "null", "maxPriorityFeePerGas: is missing")]
    [TestCase(EntryPointVersion.V07, "signature", null, "signature: is missing")]
    [TestCase(EntryPointVersion.V07, "sender", "\"0x11\"", "sender: expected 20 bytes of hex data, got 2 digits")]
    [TestCase(EntryPointVersion.V07, "sender", "[]", "sender: expected a hex string, got an array")]
    [TestCase(EntryPointVersion.V07, "nonce", "7", "nonce: expected a hex string, got a number")]
    [TestCase(EntryPointVersion.V07, "nonce", "\"7\"", "nonce: hex must start with 0x")]
    [TestCase(EntryPointVersion.V07, "nonce", "\"0x\"", "nonce: a number needs at least one digit")]
    [TestCase(EntryPointVersion.V07, "nonce", "true", "nonce: expected a hex string, got a boolean")]
    [TestCase(EntryPointVersion.V07, "callData", "\"0xabc\"", "callData: hex data has an odd number of digits")]
    [TestCase(EntryPointVersion.V07, "callData", "\"\\ud800\"", "callData: the text is not valid Unicode")]
    [TestCase(EntryPointVersion.V07, "signature", "{}", "signature: expected a hex string, got an object")]
    [TestCase(
        EntryPointVersion.V07, "maxFeePerGas", "\"0x1000000000000000000000000000000\"", "maxFeePerGas: exceeds 120 bits (AA94 gas values overflow)")]
    [TestCase(EntryPointVersion.V07, "factoryData", null, "factoryData: is missing, it comes together with factory")]
    [TestCase(EntryPointVersion.V07, "factory", null, "factory: is missing, it comes together with factoryData")]
    [TestCase(EntryPointVersion.V07, "factory", "\"0x7702\"", "factory: the EIP-7702 marker 0x7702 needs EntryPoint v0.8 or later")]
    [TestCase(
        EntryPointVersion.V07,
        "factory", "\"0x7702000000000000000000000000000000000000\"", "factory: the EIP-7702 marker 0x7702 needs EntryPoint v0.8 or later")]
    [TestCase(EntryPointVersion.V07, "paymaster", null, "paymaster: is missing, it comes together with paymasterVerificationGasLimit")]
    [TestCase(EntryPointVersion.V07, "paymasterData", null, "paymasterData: is missing, it comes together with paymaster")]
    [TestCase(EntryPointVersion.V07, "paymasterPostOpGasLimit", null, "paymasterPostOpGasLimit: is missing, it comes together with paymaster")]
    [TestCase(
        EntryPointVersion.V07, "paymasterVerificationGasLimit", null, "paymasterVerificationGasLimit: is missing, it comes together with paymaster")]
    [TestCase(EntryPointVersion.V08, "paymasterSignature", "\"0x\"", "paymasterSignature: is not a field of an EntryPoint v0.8 operation")]
    [TestCase(EntryPointVersion.V08, "eip7702Auth", "\"0x\"", "eip7702Auth: expected an EIP-7702 authorization as an object, got a string")]
    [TestCase(EntryPointVersion.V08, "eip7702Auth", "{}", "eip7702Auth.chainId: is missing")]
    [TestCase(EntryPointVersion.V08, "eip7702Auth", """{"gas":"0x1b"}""", "eip7702Auth.gas: is not a field of an EIP-7702 authorization")]
    [TestCase(
        EntryPointVersion.V09,
        "paymasterData", "\"0x004122e325a297439656\"", "paymasterData: its suffix claims a paymaster signature of 65 bytes, there are 0")]
    public void A_malformed_operation_is_refused_with_the_path_to_the_fault(EntryPointVersion version, string field, string? value, string message)
    {
        string golden = version switch
        {
            EntryPointVersion.V06 => GoldenV06,
            _ => GoldenV07,
        };

        Assert.That(
            () => OperationText.Read(Codec(version), OperationText.With(golden, field, value)),
            Throws.TypeOf<CodecException>().With.Message.EqualTo(message).And.Property("Path").EqualTo(message[..message.IndexOf(':')]));
    }

    [TestCase("nonce", "\"0x10000000000000000\"", "eip7702Auth.nonce: exceeds 64 bits")]
    [TestCase("yParity", "\"0x1b\"", "eip7702Auth.yParity: must be 0 or 1")]
    [TestCase("address", "\"0x\"", "eip7702Auth.address: expected 20 bytes of hex data, got 0 digits")]
    [TestCase("r", null, "eip7702Auth.r: is missing")]
    [TestCase("s", "8", "eip7702Auth.s: expected a hex string, got a number")]
    [TestCase("v", "\"0x1b\"", "eip7702Auth.v: contradicts yParity")]
    [TestCase("v", "2", "eip7702Auth.v: must be 0, 1, 27 or 28")]
    [TestCase("nonce", "-1", "eip7702Auth.nonce: expected a whole number of at most 64 bits, or a hex string")]
    public void AUTH_010_a_malformed_tuple_is_refused(string field, string? value, string message)
    {
        const string Tuple = $$"""{"chainId":"0x38","address":"{{Factory}}","nonce":"0x9","yParity":"0x1","r":"0x7","s":"0x8"}""";
        string json = OperationText.With(Plain, "eip7702Auth", OperationText.With(Tuple, field, value));

        Assert.That(() => OperationText.Read(Codec(EntryPointVersion.V06 + 1), json), Throws.TypeOf<CodecException>().With.Message.EqualTo(message));
    }

    [TestCase("""{"chainId":56,"address":"$","nonce":9,"yParity":1,"r":"0x7","s":"0x8"}""", TestName = "AUTH_010_a_tuple_may_have_numbers")]
    [TestCase("""{"chainId":"0x38","address":"$","nonce":"0x9","yParity":"0x1","v":"0x1c","r":"0x7","s":"0x8"}""", TestName = "AUTH_010_a_tuple_may_have_v_beside_yParity")]
    [TestCase("""{"chainId":"0x38","address":"$","nonce":"0x9","v":28,"r":"0x7","s":"0x8"}""", TestName = "AUTH_010_a_tuple_may_have_v_alone")]
    [TestCase("""{"chainId":"0x38","address":"$","nonce":"0x9","yParity":"0x01","v":1,"r":"0x007","s":"0x08"}""", TestName = "AUTH_010_a_tuple_may_be_padded")]
    [TestCase(
        """{"chainId":"0x38","address":"$","nonce":"0x9","signature":{"_type":"signature","networkV":null,"r":"0x7","s":"0x8","v":28}}""",
        TestName = "AUTH_010_a_tuple_may_have_its_signature_as_an_object")]
    public void AUTH_010_a_tuple_is_read_as_libraries_of_wallets_send_it(string tuple)
    {
        string json = OperationText.With(Plain, "eip7702Auth", tuple.Replace("$", Factory, StringComparison.Ordinal));

        Assert.That(
            OperationText.Read(Codec(EntryPointVersion.V08), json).Operation.Eip7702Auth,
            Is.EqualTo(new Authorization(56, Address.Parse(Factory), 9, 1, 7, 8)));
    }

    [TestCase("[]", "expected an EntryPoint v0.9 operation as an object, got an array")]
    [TestCase("null", "expected an EntryPoint v0.9 operation as an object, got null")]
    [TestCase("""{"nonce":"0x1","nonce":"0x1"}""", "nonce: occurs twice")]
    [TestCase("""{"\ud800":1}""", "the text is not valid Unicode")]
    public void What_is_no_operation_object_is_refused(string json, string message) =>
        Assert.That(
            () => OperationText.Read(Codec(EntryPointVersion.V09), json), Throws.TypeOf<CodecException>().With.Message.EqualTo(message));

    [Test]
    public void A_long_unknown_name_is_shown_in_part()
    {
        string name = new('x', 100_000);

        Assert.That(
            () => OperationText.Read(Codec(EntryPointVersion.V09), $$"""{"{{name}}":1}"""),
            Throws.TypeOf<CodecException>().With.Property("Path").EqualTo(name[..64] + "…"));
    }

    [Test]
    public void Null_counts_as_absent()
    {
        string json = OperationText.With(OperationText.With(OperationText.With(Plain, "factory", "null"), "paymaster", "null"), "whatever", "null");

        Assert.That(OperationText.Read(Codec(EntryPointVersion.V07), json).Operation, Is.EqualTo(Expected));
    }

    [Test]
    public void Quantities_may_have_leading_zeros()
    {
        string json = OperationText.With(OperationText.With(Plain, "callGasLimit", "\"0x00c350\""), "nonce", $"\"0x{new string('0', 80)}50000000000000007\"");

        Assert.That(OperationText.Read(Codec(EntryPointVersion.V07), json).Operation, Is.EqualTo(Expected));
    }

    [TestCase("\"0x7702\"", null)]
    [TestCase("\"0x7702\"", "\"0x\"")]
    [TestCase("\"0x7702000000000000000000000000000000000000\"", null)]
    public void EIP_7702_the_marker_may_come_alone(string factory, string? factoryData)
    {
        string json = OperationText.With(OperationText.With(Plain, "factory", factory), "factoryData", factoryData);

        UserOperation operation = OperationText.Read(Codec(EntryPointVersion.V08), json).Operation;

        Assert.That(operation, Is.EqualTo(Expected with { Factory = Eip7702Marker.Address }));
    }

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    [TestCase(EntryPointVersion.V09)]
    public void An_estimation_needs_only_sender_nonce_and_callData(EntryPointVersion version)
    {
        PartialUserOperation read = OperationText.Read(
            Codec(version), $$"""{"sender":"{{Sender}}","nonce":"0x0","callData":"0x"}""", partial: true);

        UserOperation expected = new()
        {
            Sender = VectorOperation.Sender,
            Nonce = 0,
            Signature = Bytes.Parse("0x" + new string('f', 130)),
        };
        Assert.That(read, Is.EqualTo(new PartialUserOperation(expected)));
    }

    [Test]
    public void An_estimation_keeps_what_was_given()
    {
        PartialUserOperation read = OperationText.Read(Codec(EntryPointVersion.V07), GoldenV07, partial: true);

        Assert.That(read, Is.EqualTo(new PartialUserOperation(Full)
        {
            HasCallGasLimit = true,
            HasVerificationGasLimit = true,
            HasPreVerificationGas = true,
            HasPaymasterVerificationGasLimit = true,
            HasPaymasterPostOpGasLimit = true,
            HasFees = true,
            HasSignature = true,
        }));
    }

    [Test]
    public void An_estimation_takes_limits_of_zero_as_not_given()
    {
        string json = GoldenV07;
        foreach (string field in (string[])["callGasLimit", "verificationGasLimit", "preVerificationGas", "paymasterVerificationGasLimit", "paymasterPostOpGasLimit"])
        {
            json = OperationText.With(json, field, "\"0x0\"");
        }

        PartialUserOperation read = OperationText.Read(Codec(EntryPointVersion.V07), json, partial: true);

        Assert.That(read with { Operation = Expected }, Is.EqualTo(new PartialUserOperation(Expected) { HasFees = true, HasSignature = true }));
    }

    [Test]
    public void An_estimation_needs_of_a_paymaster_only_its_address()
    {
        string json = OperationText.With(Plain, "paymaster", $"\"{Paymaster}\"");

        UserOperation operation = OperationText.Read(Codec(EntryPointVersion.V07), json, partial: true).Operation;

        Assert.That(operation, Is.EqualTo(Expected with { Paymaster = Address.Parse(Paymaster) }));
    }

    [Test]
    public void V09_a_suffix_that_the_client_wrote_stays_where_it_is()
    {
        const string Data = "0xabcd4444000222e325a297439656";
        IOperationCodec codec = Codec(EntryPointVersion.V09);
        string json = OperationText.With(GoldenV07, "paymasterData", $"\"{Data}\"");

        UserOperation operation = OperationText.Read(codec, json).Operation;

        Assert.That(operation.PaymasterSignature, Is.Null);
        Assert.That(OperationText.Write(codec, operation), Is.EqualTo(json));
        Assert.That(codec.Pack(operation), Is.EqualTo(codec.Pack(OperationText.Read(codec, GoldenV09).Operation)));
    }

    [Test]
    public void V09_a_paymaster_signature_longer_than_its_length_field_is_refused()
    {
        string json = OperationText.With(GoldenV09, "paymasterSignature", $"\"0x{new string('0', 2 * 65_536)}\"");

        Assert.That(
            () => OperationText.Read(Codec(EntryPointVersion.V09), json),
            Throws.TypeOf<CodecException>().With.Message.EqualTo("paymasterSignature: has 65536 bytes, at most 65535 fit"));
    }

    [Test]
    public void Noise_is_refused_and_never_a_fault()
    {
        Random random = new(1);
        IOperationCodec[] codecs = [.. Enum.GetValues<EntryPointVersion>().Select(Codec)];
        string[] values = ["null", "1", "-1e9", "\"\"", "\"0x\"", "\"0x0\"", "\"0X1\"", "\"0xg\"", "[]", "{}", "\"\\ud83d\"", $"\"{Sender}\"", $"\"0x{new string('f', 64)}\""];
        string[] names = ["sender", "nonce", "factory", "factoryData", "initCode", "paymaster", "paymasterData", "paymasterAndData", "paymasterSignature", "eip7702Auth", "callGasLimit", "signature"];
        for (int i = 0; i < 2_000; i++)
        {
            string json = random.Next(2) == 0 ? GoldenV09 : GoldenV06;
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                json = OperationText.With(json, names[random.Next(names.Length)], values[random.Next(values.Length)]);
            }

            try
            {
                _ = OperationText.Read(codecs[random.Next(codecs.Length)], json, partial: random.Next(2) == 0);
            }
            catch (CodecException refusal)
            {
                Assert.That(refusal.Reason, Is.Not.Empty);
            }
        }
    }

    private static IOperationCodec Codec(EntryPointVersion version) => EntryPointCatalog.Create(version, Address.Zero).Operations;
}
