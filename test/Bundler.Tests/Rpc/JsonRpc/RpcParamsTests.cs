using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Tests.Rpc.JsonRpc;

/// <summary>Parameters by position and by name; each fault is -32602 with the path to it.</summary>
internal sealed class RpcParamsTests
{
    private const string Account = "0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789";

    private readonly JsonRpcProcessor _processor = Processors.With(
        new StubMethod(
            "test_take",
            given => RpcReply.Text($"{given.Count} {given.Address(0)} {(given.Optional(1) is null ? "none" : given.Quantity(1))}"),
            RpcParameter.Text("account"),
            RpcParameter.Text("amount", required: false)),
        new StubMethod("test_none", _ => RpcReply.Null),
        new StubMethod("test_operation", given => RpcReply.Text(given.Hash(0).ToString()), RpcParameter.UserOpHash),
        new StubMethod("test_hash", given => RpcReply.Text(given.Hash(0).ToString()), RpcParameter.Text("hash")),
        new StubMethod(
            "test_nested",
            given => RpcReply.Text(given.Read<string>(0, _ => throw new CodecException("callData", "is odd"))),
            RpcParameter.Object("operation")));

    [TestCase($$"""["{{Account}}"]""", $"1 {Account} none")]
    [TestCase($$"""["{{Account}}","0x1f"]""", $"2 {Account} 31")]
    [TestCase($$"""["{{Account}}",null]""", $"2 {Account} none")]
    [TestCase($$"""{"amount":"0x1f","account":"{{Account}}"}""", $"2 {Account} 31")]
    public async Task Parameters_come_by_position_or_by_name(string parameters, string result) =>
        Assert.That(await AskAsync("test_take", parameters), Does.Contain($"\"result\":\"{result}\""));

    [TestCase("test_operation", "[]", "params[0]: Missing/invalid userOpHash: is required")]
    [TestCase("test_operation", "[null]", "params[0]: Missing/invalid userOpHash: is required")]
    [TestCase("test_operation", "{}", "params.userOpHash: Missing/invalid userOpHash: is required")]
    [TestCase("test_operation", "[\"\"]", "params[0]: Missing/invalid userOpHash: hex must start with 0x")]
    [TestCase("test_operation", "[7]", "params[0]: Missing/invalid userOpHash: expected string, got number")]
    [TestCase("test_take", "[]", "params[0]: is required")]
    [TestCase("test_take", "{}", "params.account: is required")]
    [TestCase("test_take", "[null]", "params[0]: is required")]
    [TestCase("test_take", "[7]", "params[0]: expected string, got number")]
    [TestCase("test_take", "[true]", "params[0]: expected string, got boolean")]
    [TestCase("test_take", """{"account":{}}""", "params.account: expected string, got object")]
    [TestCase("test_take", $$"""["{{Account}}","0x1",3]""", "params: expected at most 2, got 3")]
    [TestCase("test_take", $$"""{"account":"{{Account}}","Amount":"0x1"}""", "params: has a name that the method does not know")]
    [TestCase("test_take", """["0x12"]""", "params[0]: expected 20 bytes of hex data, got 2 digits")]
    [TestCase("test_take", $$"""["{{Account}}","7"]""", "params[1]: hex must start with 0x")]
    [TestCase("test_none", "[1]", "params: expected at most 0, got 1")]
    [TestCase("test_none", """{"a":1}""", "params: has a name that the method does not know")]
    [TestCase("test_hash", """["0x1234"]""", "params[0]: expected 32 bytes of hex data, got 4 digits")]
    [TestCase("test_nested", "[{}]", "params[0].callData: is odd")]
    [TestCase("test_nested", """{"operation":{}}""", "params.operation.callData: is odd")]
    public async Task A_fault_names_its_place(string method, string parameters, string message)
    {
        string answer = await AskAsync(method, parameters);

        Assert.That((Processors.CodeOf(answer), Processors.MessageOf(answer)), Is.EqualTo(((int?)-32602, message)));
    }

    [TestCase("0x01")]
    [TestCase("0x")]
    [TestCase("0X1")]
    [TestCase("0xg")]
    [TestCase("-0x1")]
    [TestCase("0x10000000000000000000000000000000000000000000000000000000000000000")]
    public async Task A_quantity_is_canonical(string amount) =>
        Assert.That(Processors.CodeOf(await AskAsync("test_take", $$"""["{{Account}}","{{amount}}"]""")), Is.EqualTo(-32602));

    [TestCase("[]")]
    [TestCase("{}")]
    public async Task Empty_parameters_are_no_parameters(string parameters) =>
        Assert.That(await AskAsync("test_none", parameters), Does.Contain("\"result\":null"));

    private Task<string> AskAsync(string method, string parameters) =>
        _processor.AskAsync($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""");
}
