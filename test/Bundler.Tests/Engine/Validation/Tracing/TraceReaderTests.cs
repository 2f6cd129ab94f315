using System.Text.Json;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Validation.Tracing;

/// <summary>One operation as our JavaScript tracer, geth and BSC describe it: a trace of the same facts.</summary>
public sealed class TraceReaderTests
{
    private const string Caller = "0x4337433743374337433743374337433743374337";
    private const string EntryPointAddress = "0x0000000071727de22e5e9d8baf0edac6f37da032";
    private const string Sender = "0x1111111111111111111111111111111111111111";
    private const string Library = "0x2222222222222222222222222222222222222222";
    private const string Looked = "0x6666666666666666666666666666666666666666";
    private const string Slot = "0000000000000000000000000000000000000000000000000000000000000005";
    private const string Word = "0000000000000000000000000000000000000000000000000000000000000007";
    private const string Preimage = "000000000000000000000000111111111111111111111111111111111111111100000000000000000000000000000000000000000000000000000000000000ff";

    private const string Js = $$$"""
        {"root":{"t":"CALL","f":"{{{Caller}}}","a":"{{{EntryPointAddress}}}","g":700000,"u":281979,"i":"0x765e827f","o":"0x","p":{"90":2},
          "r":{"{{{Slot}}}":"0x{{{Word}}}"},"w":{"{{{Slot}}}":1},"n":{"1111111111111111111111111111111111111111":[23,241]},
          "c":[{"t":"CALL","f":"{{{EntryPointAddress}}}","a":"{{{Sender}}}","g":400000,"u":34157,"i":"0x19822f7c","o":"0x{{{Word}}}",
            "c":[{"t":"DELEGATECALL","f":"{{{Sender}}}","a":"{{{Library}}}","g":390000,"u":30000,"i":"0x19822f7c","o":"0x{{{Word}}}",
              "p":{"66":1,"12":2},"b":{"{{{Slot}}}":1},"d":{"{{{Slot}}}":2},"x":["6666666666666666666666666666666666666666"],
              "n":{"6666666666666666666666666666666666666666":[0,63],"0000000000000000000000000000000000000001":[0,250]},
              "c":[{"t":"CREATE","f":"{{{Sender}}}","a":"{{{Looked}}}","g":5,"u":5,"i":"0x","e":"creation failed"},
                   {"t":"CALL","f":"{{{Sender}}}","a":"{{{EntryPointAddress}}}","v":"0x10","g":9,"u":9,"i":"0x","e":"out of gas"}]}]}]},
         "keccak":["{{{Preimage}}}"],"cut":true}
        """;

    /// <summary>geth: logs have an index, SWAP16 is ignored; what follows innerHandleOp is execution.</summary>
    [TestCase("""[{"address":"0x0000000071727de22e5e9d8baf0edac6f37da032","topics":[],"data":"0x","index":"0x0","position":"0x1"}]""", "\"0x5a\":2")]
    [TestCase("""[{"address":"0x0000000071727de22e5e9d8baf0edac6f37da032","topics":[],"data":"0x","position":"0x1"}]""", "\"0x5a\":2,\"0x9f\":4,\"0x54\":1")]
    public void Both_tracers_give_the_same_trace(string logs, string rootOpcodes)
    {
        ValidationTrace javaScript = JsTraceReader.Read(Parse(Js));
        ValidationTrace native = NativeTraceReader.Read(Parse(Native(logs, rootOpcodes, innerSelector: "0x0042dc53")), Selectors);

        Assert.That(TraceText.Of(native), Is.EqualTo(TraceText.Of(javaScript)));
        Assert.That(native.ReachedExecution, Is.True);
    }

    [Test]
    public void Without_innerHandleOp_execution_was_not_reached()
    {
        ValidationTrace trace = NativeTraceReader.Read(Parse(Native("[]", "\"0x5a\":2", innerSelector: "0x12345678")), Selectors);

        Assert.That(trace.ReachedExecution, Is.False);
        Assert.That(trace.Root.Calls, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_delegate_frame_has_the_storage_of_its_caller() =>
        Assert.That(
            NativeTraceReader.Read(Parse(Native("[]", "", "0x0042dc53")), Selectors).Root.Calls[0].Calls[0].StorageOwner,
            Is.EqualTo(Address.Parse(Sender)));

    [TestCase("1")]
    [TestCase("{}")]
    [TestCase("""{"root":{"t":"JUMP"},"cut":true}""")]
    public void Another_answer_is_no_trace(string json)
    {
        Assert.That(() => JsTraceReader.Read(Parse(json)), Throws.TypeOf<CodecException>());
        Assert.That(() => NativeTraceReader.Read(Parse(json), Selectors), Throws.TypeOf<CodecException>());
    }

    [TestCase("""{"root":{"t":"JUMP"},"cut":true}""", "root.t: 'JUMP' is no kind of call frame")]
    [TestCase("""{"root":{"t":"CALL","f":"0x12"},"cut":true}""", "root.f: expected 20 bytes of hex data, got 2 digits")]
    [TestCase("""{"root":{"t":"CALL"},"cut":true}""", "root.f: is missing")]
    [TestCase("""{"root":{"t":"CALL","f":"0x4337433743374337433743374337433743374337","c":[{"g":-1}]},"cut":true}""", "root.c[0].g: expected a number, got a JSON Number")]
    [TestCase("""{"root":{"p":{"256":1}},"cut":true}""", "root.p.256: an opcode's name is no number of a byte")]
    [TestCase("""{"root":{"r":{"00":1}},"cut":true}""", "root.r.00: expected 32 bytes of hex data, got 2 digits")]
    [TestCase("""{"root":{"n":{"1111111111111111111111111111111111111111":[1]}},"cut":true}""", "root.n.1111111111111111111111111111111111111111: expected a code size and an opcode")]
    [TestCase("""{"keccak":["0x"],"cut":true}""", "keccak[0]: hex data has a character that is not a hex digit")]
    [TestCase("""{"keccak":[]}""", "root: is missing")]
    public void A_faults_path_leads_to_it(string json, string expected) =>
        Assert.That(() => JsTraceReader.Read(Parse(json)), Throws.TypeOf<CodecException>().With.Message.EqualTo(expected));

    [Test]
    public void Fields_that_are_null_or_unknown_are_as_if_absent()
    {
        ValidationTrace trace = JsTraceReader.Read(Parse(Js.Replace("\"o\":\"0x\"", "\"o\":null,\"zz\":{\"deep\":[1,{}]},\"q\":[[]]", StringComparison.Ordinal)));

        Assert.That(TraceText.Of(trace), Is.EqualTo(TraceText.Of(JsTraceReader.Read(Parse(Js)))));
    }

    [Test]
    public void A_trace_as_deep_as_the_EVM_goes_is_read()
    {
        const int Depth = 1024;
        string frame = $$"""{"t":"CALL","f":"{{Caller}}","a":"{{Sender}}","g":1,"u":1""";
        string json = $$"""{"root":{{string.Concat(Enumerable.Repeat(frame + ",\"c\":[", Depth))}}{{frame}}}{{string.Concat(Enumerable.Repeat("]}", Depth))}},"cut":false}""";
        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4096 });

        CallFrame deepest = JsTraceReader.Read(document.RootElement).Root;
        int depth = 0;
        for (; deepest.Calls.Count > 0; depth++)
        {
            deepest = deepest.Calls[0];
        }

        Assert.That(depth, Is.EqualTo(Depth));
    }

    /// <summary>geth writes the calls before the logs; the logs of a frame come before those of its calls, and those of a failed frame not at all.</summary>
    [Test]
    public void Logs_are_in_the_order_of_their_frames_and_failed_frames_have_none()
    {
        string Frame(string rest) => $$"""{"type":"CALL","from":"{{Caller}}","to":"{{Sender}}","gas":"0x1","gasUsed":"0x1"{{rest}}}""";
        string Log(int data) => $$"""{"address":"{{Sender}}","topics":["0x{{Word}}"],"data":"0x{{data:x2}}","position":"0x0"}""";
        string failed = Frame($$""","logs":[{{Log(9)}}],"calls":[{{Frame($$""","logs":[{{Log(8)}}]""")}}],"error":"execution reverted" """);
        string json = Frame($$""","calls":[{{Frame($$""","logs":[{{Log(2)}}]""")}},{{failed}},{{Frame($$""","logs":[{{Log(3)}}]""")}}],"logs":[{{Log(1)}}]""");

        Assert.That(CallTraceReader.Read(Parse(json)).Logs.Select(log => (int)log.Data[0]), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    private static HashSet<uint> Selectors => [OperationCalls.V06.InnerHandleOp.Selector, OperationCalls.V07.InnerHandleOp.Selector];

    private static JsonElement Parse(string json) => JsonElement.Parse(json);

    private static string Native(string logs, string rootOpcodes, string innerSelector) => $$$"""
        {"type":"CALL","from":"{{{Caller}}}","to":"{{{EntryPointAddress}}}","gas":"0xaae60","gasUsed":"0x44d7b","input":"0x765e827f","value":"0x0",
         "accessedSlots":{"reads":{"0x{{{Slot}}}":["0x{{{Word}}}"]},"writes":{"0x{{{Slot}}}":1},"transientReads":{},"transientWrites":{}},
         "extCodeAccessInfo":[],"usedOpcodes":{ {{{rootOpcodes}}} },"contractSize":{"{{{Sender}}}":{"contractSize":23,"opcode":241}},"outOfGas":false,
         "keccak":["0x{{{Preimage}}}","0x1234"],"logs":{{{logs}}},
         "calls":[
          {"type":"CALL","from":"{{{EntryPointAddress}}}","to":"{{{Sender}}}","gas":"0x61a80","gasUsed":"0x856d","input":"0x19822f7c","output":"0x{{{Word}}}",
           "accessedSlots":{"reads":{},"writes":{},"transientReads":{},"transientWrites":{} },"extCodeAccessInfo":[],"usedOpcodes":{},"contractSize":{},
           "outOfGas":false,
           "calls":[{"type":"DELEGATECALL","from":"{{{Sender}}}","to":"{{{Library}}}","gas":"0x5f370","gasUsed":"0x7530","input":"0x19822f7c",
             "output":"0x{{{Word}}}","accessedSlots":{"reads":{},"writes":{},"transientReads":{"0x{{{Slot}}}":1},"transientWrites":{"0x{{{Slot}}}":2} },
             "extCodeAccessInfo":["{{{Looked}}}","{{{Looked}}}"],"usedOpcodes":{"0x42":1,"0xc":2},
             "contractSize":{"{{{Looked}}}":{"contractSize":0,"opcode":63},"0x0000000000000000000000000000000000000001":{"contractSize":0,"opcode":250} },
             "outOfGas":false,
             "calls":[{"type":"CREATE","from":"{{{Sender}}}","gas":"0x5","gasUsed":"0x5","input":"0x","error":"contract address collision","outOfGas":false},
                      {"type":"CALL","from":"{{{Sender}}}","to":"{{{EntryPointAddress}}}","value":"0x10","gas":"0x9","gasUsed":"0x9","input":"0x",
                       "error":"out of gas","outOfGas":true}]}]},
          {"type":"CALL","from":"{{{EntryPointAddress}}}","to":"{{{EntryPointAddress}}}","gas":"0x1","gasUsed":"0x1","input":"{{{innerSelector}}}",
           "outOfGas":false}]}
        """;
}
