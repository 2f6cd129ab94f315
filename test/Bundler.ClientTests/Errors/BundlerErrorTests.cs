using Bundler.Client;
using Bundler.Client.Errors;
using Bundler.Client.Operations;
using Newtonsoft.Json.Linq;

namespace Bundler.ClientTests.Errors;

/// <summary>Refusals with what can be read from them; the words are those that bundlers use.</summary>
internal sealed class BundlerErrorTests
{
    private static readonly UserOperation _operation = new() { Sender = "0x1111111111111111111111111111111111111111", Nonce = 0 };

    [TestCase(-32500, "AA21 didn't pay prefund", BundlerErrorKind.RejectedByEntryPoint, "AA21", null)]
    [TestCase(-32500, "UserOperation reverted during simulation with reason: AA25 invalid account nonce", BundlerErrorKind.RejectedByEntryPoint, "AA25", null)]
    [TestCase(-32501, "paymaster refused: AA33 reverted: no credit", BundlerErrorKind.RejectedByPaymaster, "AA33", null)]
    [TestCase(-32507, "Invalid UserOp signature or paymaster signature", BundlerErrorKind.SignatureInvalid, null, null)]
    [TestCase(-32602, "preVerificationGas: must be at least 43445, got 1 (LIM-070)", BundlerErrorKind.InvalidFields, null, "LIM-070")]
    [TestCase(-32504, "account 0x11 is banned (EREP-010)", BundlerErrorKind.ThrottledOrBanned, null, "EREP-010")]
    [TestCase(-32602, "gas above 2^24 (EIP-7825)", BundlerErrorKind.InvalidFields, null, null)]
    [TestCase(-32099, "something new", BundlerErrorKind.Other, null, null)]
    [TestCase(-32004, "method not supported", BundlerErrorKind.MethodNotSupported, null, null)]
    public async Task A_refusal_has_code_AA_code_and_rule(int code, string message, BundlerErrorKind kind, string? aaCode, string? rule)
    {
        BundlerException refusal = await RefusalAsync(ScriptedClient.Error(code, message));

        Assert.That((refusal.Code, refusal.Kind, refusal.AaCode, refusal.RuleId), Is.EqualTo((code, kind, aaCode, rule)));
        Assert.That(refusal.Method, Is.EqualTo("eth_sendUserOperation"));
        Assert.That(refusal.Message, Does.Contain(message));
    }

    [Test]
    public async Task OP_011_a_broken_rule_is_read_in_full()
    {
        JObject data = JObject.Parse("""{"rule":"OP-011","entity":"account","address":"0x11","framePath":"0","opcode":"TIMESTAMP"}""");
        BundlerException refusal = await RefusalAsync(ScriptedClient.Error(-32502, "account uses banned opcode TIMESTAMP", data));

        Assert.That(refusal.RuleId, Is.EqualTo("OP-011"));
        Assert.That(refusal.Error.Violation, Is.EqualTo(new RuleViolation { Rule = "OP-011", Entity = "account", Address = "0x11", FramePath = "0", Opcode = "TIMESTAMP" }));
    }

    [Test]
    public async Task A_revert_is_read_from_data_of_either_form()
    {
        BundlerException asText = await RefusalAsync(ScriptedClient.Error(-32521, "execution reverted", "0x08c379a0"));
        BundlerException asMember = await RefusalAsync(ScriptedClient.Error(-32500, "AA23 reverted", new JObject { ["revertData"] = "0x08c379a0" }));

        Assert.That(new[] { asText.Error.RevertData, asMember.Error.RevertData }, Is.All.EqualTo("0x08c379a0"));
    }

    [Test]
    public async Task Data_of_a_form_that_nobody_knows_is_kept_and_does_no_harm()
    {
        BundlerException refusal = await RefusalAsync(ScriptedClient.Error(-32500, "AA10 sender already constructed", new JArray(1, 2)));

        Assert.That(refusal.AaCode, Is.EqualTo("AA10"));
        Assert.That((refusal.Error.Field, refusal.Error.RevertData, refusal.Error.Violation), Is.EqualTo((default(string), default(string), default(RuleViolation))));
        Assert.That(refusal.Error.Data, Is.InstanceOf<JArray>());
    }

    [Test]
    public void A_cancelled_call_is_not_made()
    {
        ScriptedClient client = new((_, _) => ScriptedClient.Result("0x01"));
        BundlerApiService bundler = new(client);

        Assert.That(async () => await bundler.SendUserOperation.SendRequestAsync(_operation, EntryPoint.V07, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(client.Asked, Is.Empty);
    }

    private static async Task<BundlerException> RefusalAsync(JObject answer)
    {
        BundlerApiService bundler = new(new ScriptedClient((_, _) => answer));
        try
        {
            await bundler.SendUserOperation.SendRequestAsync(_operation, EntryPoint.V07);
        }
        catch (BundlerException refusal)
        {
            return refusal;
        }

        throw new AssertionException("it was not refused");
    }
}
