using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster;
using Bundler.Paymaster.Deciding;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Tests.Rpc.JsonRpc;

/// <summary>ERC-7769: code, message and data of each reason.</summary>
internal sealed class RejectionJsonTests
{
    private const string Text = "0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789";
    private static readonly Address _address = Address.Parse(Text);
    private static readonly Entity _paymaster = new(EntityKind.Paymaster, _address);

    private static IEnumerable<TestCaseData> Rejections()
    {
        yield return Case(new Rejection.InvalidFields("nonce", "is missing"), """-32602,"message":"nonce: is missing","data":{"field":"nonce"}""");
        yield return Case(new Rejection.InvalidFields("", "pays too little"), "-32602,\"message\":\"pays too little\"");
        yield return Case(new Rejection.RejectedByEntryPoint("AA21 didn't pay prefund"), "-32500,\"message\":\"AA21 didn't pay prefund\"");
        yield return Case(
            new Rejection.RejectedByEntryPoint("AA23 reverted", Bytes.Parse("0x1234")),
            """-32500,"message":"AA23 reverted","data":{"revertData":"0x1234"}""");
        yield return Case(new Rejection.RejectedByPaymaster(_address, "AA33 reverted"), $$"""-32501,"message":"AA33 reverted","data":{"paymaster":"{{Text}}"}""");
        yield return Case(
            new NotSponsored(
                _address,
                new SponsorRefusal(SponsorReason.BudgetExhausted, "day", "used up") { Limit = 3, Spent = 3, ResetsAt = DateTimeOffset.UnixEpoch }),
            $$"""-32501,"message":"used up","data":{"paymaster":"{{Text}}","reason":"BUDGET_EXHAUSTED","rule":"day","limit":"0x3","spent":"0x3","resetsAt":"1970-01-01T00:00:00Z","alternatives":["later","self"]}""");
        yield return Case(
            new Rejection.RuleViolated(new RuleViolation("OP-011", _paymaster, "paymaster uses banned opcode: TIMESTAMP") { Opcode = "TIMESTAMP", FramePath = "0.1" }),
            $$"""-32502,"message":"paymaster uses banned opcode: TIMESTAMP","data":{"rule":"OP-011","entity":"paymaster","address":"{{Text}}","framePath":"0.1","opcode":"TIMESTAMP"}""");
        yield return Case(
            new Rejection.RuleViolated(new RuleViolation("STO-021", _paymaster, "slot") { Slot = Hash32.Zero, Expected = "own", Got = "foreign", Address = Address.Zero }),
            $$"""-32502,"message":"slot","data":{"rule":"STO-021","entity":"paymaster","address":"{{Address.Zero}}","slot":"{{Hash32.Zero}}","expected":"own","got":"foreign"}""");
        yield return Case(
            new Rejection.OutOfTimeRange(16, 255, _address),
            $$"""-32503,"message":"the operation is outside its validity window, or about to leave it","data":{"validAfter":"0x10","validUntil":"0xff","paymaster":"{{Text}}"}""");
        yield return Case(
            new Rejection.OutOfTimeRange(0, 1, null),
            """-32503,"message":"the operation is outside its validity window, or about to leave it","data":{"validAfter":"0x0","validUntil":"0x1"}""");
        yield return Case(
            new Rejection.EntityThrottledOrBanned(_paymaster, "throttled"),
            $$"""-32504,"message":"paymaster {{Text}} is throttled","data":{"paymaster":"{{Text}}"}""");
        yield return Case(
            new Rejection.StakeTooLow(_paymaster, 1_000, 86_400, "stake too low"),
            $$"""-32505,"message":"stake too low","data":{"paymaster":"{{Text}}","minimumStake":"0x3e8","minimumUnstakeDelay":"0x15180"}""");
        yield return Case(new Rejection.UnsupportedAggregator(_address), $$"""-32506,"message":"unsupported aggregator {{Text}}","data":{"aggregator":"{{Text}}"}""");
        yield return Case(
            new Rejection.SignatureInvalid(new Entity(EntityKind.Account, _address), "AA24 signature error"),
            $$"""-32507,"message":"AA24 signature error","data":{"account":"{{Text}}"}""");
        yield return Case(
            new Rejection.PaymasterDepositTooLow(_address, 1, 2),
            $$"""-32508,"message":"paymaster {{Text}} deposit 1 wei is too low, its pending operations need 2 wei","data":{"paymaster":"{{Text}}","deposit":"0x1","required":"0x2"}""");
        yield return Case(new Rejection.ExecutionReverted("reverted", Bytes.Parse("0x08c379a0")), "-32521,\"message\":\"reverted\",\"data\":\"0x08c379a0\"");
        yield return Case(new Rejection.ExecutionReverted("reverted", Bytes.Empty), "-32521,\"message\":\"reverted\",\"data\":\"0x\"");
    }

    [TestCaseSource(nameof(Rejections))]
    public async Task A_rejection_has_the_code_and_data_of_ERC_7769(Rejection rejection, string error)
    {
        string answer = await Processors.With(new StubMethod("test_reject", _ => RpcReply.Rejected(rejection)))
            .AskAsync("""{"jsonrpc":"2.0","id":1,"method":"test_reject"}""");

        Assert.That(answer, Is.EqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":" + error + "}}"));
    }

    private static IEnumerable<TestCaseData> Floods()
    {
        Bytes flood = Bytes.Own(new byte[1_048_576]);
        yield return new TestCaseData(new Rejection.ExecutionReverted("reverted", flood)).SetArgDisplayNames("call");
        yield return new TestCaseData(new Rejection.RejectedByEntryPoint("AA23 reverted", flood)).SetArgDisplayNames("account");
        yield return new TestCaseData(new Rejection.RejectedByPaymaster(_address, "AA33 reverted", flood)).SetArgDisplayNames("paymaster");
    }

    [TestCaseSource(nameof(Floods))]
    public async Task What_a_contract_reverts_with_is_cut_and_said_to_be(Rejection rejection)
    {
        string answer = await Processors.With(new StubMethod("test_reject", _ => RpcReply.Rejected(rejection)))
            .AskAsync("""{"jsonrpc":"2.0","id":1,"method":"test_reject"}""");

        Assert.That(Processors.MessageOf(answer), Does.EndWith("reverted (data is cut to the first 4096 of 1048576 bytes)"));
        Assert.That(answer, Does.Contain($"\"0x{new string('0', 2 * RejectionJson.MaxRevertBytes)}\""));
    }

    [Test]
    public async Task What_fits_is_not_cut()
    {
        Rejection rejection = new Rejection.ExecutionReverted("reverted", Bytes.Own(new byte[RejectionJson.MaxRevertBytes]));
        string answer = await Processors.With(new StubMethod("test_reject", _ => RpcReply.Rejected(rejection)))
            .AskAsync("""{"jsonrpc":"2.0","id":1,"method":"test_reject"}""");

        Assert.That(Processors.MessageOf(answer), Is.EqualTo("reverted"));
    }

    [Test]
    public async Task An_outcome_is_its_value_or_its_rejection()
    {
        JsonRpcProcessor processor = Processors.With(
            new StubMethod("test_accept", _ => RpcReply.From<Address>(_address, (writer, value) => writer.WriteStringValue(value.ToString()))),
            new StubMethod("test_reject", _ => RpcReply.From<Address>(new Rejection.UnsupportedAggregator(_address), (_, _) => { })));

        Assert.That(await processor.AskAsync("""{"jsonrpc":"2.0","id":1,"method":"test_accept"}"""), Does.EndWith($"\"result\":\"{Text}\"}}"));
        Assert.That(Processors.CodeOf(await processor.AskAsync("""{"jsonrpc":"2.0","id":1,"method":"test_reject"}""")), Is.EqualTo(-32506));
    }

    private static TestCaseData Case(Rejection rejection, string error) => new TestCaseData(rejection, error).SetArgDisplayNames(error[..6], rejection.GetType().Name, error.Length.ToString());
}
