using System.Text.Json;
using Bundler.Rpc;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Tests.Rpc.JsonRpc;

/// <summary>JSON-RPC 2.0, word for word, and the limits around it.</summary>
internal sealed class JsonRpcProcessorTests
{
    private const string Echo = """{"jsonrpc":"2.0","id":1,"method":"test_echo","params":["hello"]}""";

    private readonly JsonRpcProcessor _processor = Processors.With(StubMethod.Echo);

    [Test]
    public async Task A_request_gets_its_result_and_its_id() =>
        Assert.That(await _processor.AskAsync(Echo), Is.EqualTo("""{"jsonrpc":"2.0","id":1,"result":"hello"}"""));

    [TestCase("7")]
    [TestCase("-1")]
    [TestCase("1.5")]
    [TestCase("1e400")]
    [TestCase("123456789012345678901234567890")]
    [TestCase("null")]
    [TestCase("\"\"")]
    [TestCase("\"a-b\"")]
    [TestCase("\"ä\"")]
    public async Task An_id_comes_back_as_it_was(string id) =>
        Assert.That(Processors.IdOf(await _processor.AskAsync(Echo.Replace("\"id\":1", $"\"id\":{id}", StringComparison.Ordinal))), Is.EqualTo(id));

    [Test]
    public async Task Text_is_answered_as_text_whatever_its_letters()
    {
        string answer = await _processor.AskAsync(Echo.Replace("hello", "<ä\\u0000\\ud83d\\ude00+'&>", StringComparison.Ordinal));

        Assert.That(JsonElement.Parse(answer).GetProperty("result").GetString(), Is.EqualTo("<ä\0😀+'&>"));
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("{")]
    [TestCase("[")]
    [TestCase("nul")]
    [TestCase("{}{}")]
    [TestCase("""{"jsonrpc":"2.0","method":"foobar,"params":"bar","baz]""")]
    [TestCase("""[{"jsonrpc":"2.0","method":"sum","params":[1,2,4],"id":"1"},{"jsonrpc":"2.0","method"]""")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"test_echo","params":["hello"],}""", TestName = "A_trailing_comma_is_a_parse_error")]
    [TestCase("""{"jsonrpc":"2.0",/* hello */"id":1,"method":"test_echo","params":["hello"]}""", TestName = "A_comment_is_a_parse_error")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"test_echo","params":["\ud800"]}""", TestName = "Half_a_surrogate_pair_is_a_parse_error")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"test_echo","params":["\udc00\ud800"]}""", TestName = "A_swapped_surrogate_pair_is_a_parse_error")]
    [TestCase("""{"jsonrpc":"2.0","id":"\uDBFF","method":"test_echo","params":["hello"]}""", TestName = "Half_a_surrogate_pair_in_the_id_is_a_parse_error")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"\uD83D":1}""", TestName = "Half_a_surrogate_pair_in_a_key_is_a_parse_error")]
    public async Task What_is_not_JSON_is_a_parse_error_without_id(string body)
    {
        string answer = await _processor.AskAsync(body);

        Assert.That((Processors.CodeOf(answer), Processors.IdOf(answer)), Is.EqualTo(((int?)-32700, "null")));
    }

    [TestCase(new byte[] { 0xff, 0xfe })]
    [TestCase(new byte[] { 0xef, 0xbb, (byte)'{', (byte)'}' })]
    [TestCase(new byte[] { (byte)'"', 0xc0, 0x80, (byte)'"' })]
    [TestCase(new byte[] { (byte)'"', 0xed, 0xa0, 0x80, (byte)'"' })]
    public async Task What_is_not_UTF_8_is_a_parse_error(byte[] body) =>
        Assert.That(Processors.CodeOf(await _processor.AskAsync(body)), Is.EqualTo(-32700));

    [TestCase("""{}""")]
    [TestCase("1")]
    [TestCase("null")]
    [TestCase("\"test_echo\"")]
    [TestCase("""{"jsonrpc":"2.0","method":1,"params":"bar"}""")]
    [TestCase("""{"jsonrpc":"2.0","method":"test_echo","params":"bar"}""")]
    [TestCase("""{"jsonrpc":"2.0","method":"test_echo","id":{}}""")]
    [TestCase("""{"jsonrpc":"2.0","method":"test_echo","id":[1]}""")]
    [TestCase("""{"jsonrpc":"2.0","method":"test_echo","id":true}""")]
    [TestCase("""{"jsonrpc":"2.0","result":"hello"}""")]
    [TestCase("""{"id":{},"params":[{"a":1,"a":2}]}""")]
    public async Task What_is_no_request_is_invalid_and_answered_without_id(string body)
    {
        string answer = await _processor.AskAsync(body);

        Assert.That((Processors.CodeOf(answer), Processors.IdOf(answer)), Is.EqualTo(((int?)-32600, "null")));
    }

    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"test_none\",\"params\":null}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"test_none\"}")]
    [TestCase("\ufeff{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"test_none\"}")]
    public async Task Params_of_null_are_none_and_a_byte_order_mark_is_ignored(string body)
    {
        JsonRpcProcessor processor = Processors.With(new StubMethod("test_none", _ => RpcReply.Null));

        Assert.That(await processor.AskAsync(body), Is.EqualTo("{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":null}"));
        Assert.That(await processor.AskAsync($"{(body[0] == '\ufeff' ? "\ufeff" : "")}[{body.TrimStart('\ufeff')}]"), Does.StartWith("[{"));
    }

    [TestCase("""{"id":5,"method":"test_echo","params":["hello"]}""")]
    [TestCase("""{"jsonrpc":"1.0","id":5,"method":"test_echo","params":["hello"]}""")]
    [TestCase("""{"jsonrpc":2.0,"id":5,"method":"test_echo","params":["hello"]}""")]
    [TestCase("""{"jsonrpc":"2.0","id":5}""")]
    [TestCase("""{"jsonrpc":"2.0","id":5,"method":null}""")]
    [TestCase("""{"jsonrpc":"2.0","id":5,"method":"test_echo","params":1}""")]
    [TestCase("""{"jsonrpc":"2.0","id":5,"method":"test_echo","params":false}""")]
    [TestCase("""{"jsonrpc":"2.0","id":5,"method":"test_echo","method":"test_echo","params":["hello"]}""")]
    [TestCase("""{"jsonrpc":"2.0","id":5,"method":"test_echo","params":["a"],"params":["b"]}""")]
    [TestCase("""{"jsonrpc":"2.0","id":5,"method":"test_echo","params":["a"],"par\u0061ms":["b"]}""")]
    public async Task An_invalid_request_with_a_usable_id_is_answered_to_that_id(string body)
    {
        string answer = await _processor.AskAsync(body);

        Assert.That((Processors.CodeOf(answer), Processors.IdOf(answer)), Is.EqualTo(((int?)-32600, "5")));
    }

    [Test]
    public async Task Two_ids_are_no_id()
    {
        string answer = await _processor.AskAsync("""{"jsonrpc":"2.0","id":5,"id":6,"method":"test_echo","params":["a"]}""");

        Assert.That((Processors.CodeOf(answer), Processors.IdOf(answer)), Is.EqualTo(((int?)-32600, "null")));
    }

    [TestCase("""[{"nonce":"0x1","sender":{},"nonce":"0x2"}]""", "params[0].nonce")]
    [TestCase("""[{},[{"a":{"b":1,"b":1}}]]""", "params[1][0].a.b")]
    [TestCase("""{"text":"a","text":"b"}""", "params.text")]
    [TestCase("""[{"":1,"":2}]""", "params[0].")]
    public async Task A_key_twice_in_the_parameters_is_a_fault_of_the_parameters(string parameters, string path)
    {
        string answer = await _processor.AskAsync($$"""{"jsonrpc":"2.0","id":5,"method":"test_echo","params":{{parameters}}}""");

        Assert.That(
            (Processors.CodeOf(answer), Processors.IdOf(answer), Processors.MessageOf(answer)),
            Is.EqualTo(((int?)-32602, "5", $"{path}: is there twice")));
    }

    [Test]
    public async Task A_key_twice_in_one_request_of_a_batch_does_not_touch_the_others()
    {
        string answer = await _processor.AskAsync($$"""[{{Echo}},{"jsonrpc":"2.0","id":2,"method":"test_echo","params":[{"a":1,"a":1}]}]""");

        JsonElement json = JsonElement.Parse(answer);
        Assert.That(json[0].GetProperty("result").GetString(), Is.EqualTo("hello"));
        Assert.That(Processors.CodeOf(json[1].GetRawText()), Is.EqualTo(-32602));
    }

    [TestCase("no_such")]
    [TestCase("")]
    [TestCase("TEST_ECHO")]
    [TestCase("rpc.discover")]
    public async Task An_unknown_method_does_not_exist(string method) =>
        Assert.That(Processors.CodeOf(await _processor.AskAsync($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}"}""")), Is.EqualTo(-32601));

    [TestCase("""{"jsonrpc":"2.0","method":"test_echo","params":["hello"]}""")]
    [TestCase("""{"jsonrpc":"2.0","method":"no_such"}""")]
    [TestCase("""{"jsonrpc":"2.0","method":"test_echo","params":[1]}""")]
    [TestCase("""{"jsonrpc":"2.0","method":"test_echo","params":[{"a":1,"a":2}]}""")]
    [TestCase("""[{"jsonrpc":"2.0","method":"test_echo","params":["hello"]},{"jsonrpc":"2.0","method":"no_such"}]""")]
    public async Task A_notification_gets_no_answer(string body) => Assert.That(await _processor.AskAsync(body), Is.Empty);

    [Test]
    public async Task A_notification_is_carried_out()
    {
        int calls = 0;
        JsonRpcProcessor processor = Processors.With(new StubMethod("test_count", _ => RpcReply.Text($"{++calls}")));

        await processor.AskAsync("""{"jsonrpc":"2.0","method":"test_count"}""");

        Assert.That(calls, Is.EqualTo(1));
    }

    [Test]
    public async Task An_empty_batch_is_one_invalid_request() =>
        Assert.That(await _processor.AskAsync("[]"), Does.StartWith("""{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"""));

    [Test]
    public async Task A_batch_of_nonsense_is_answered_one_by_one()
    {
        JsonElement json = JsonElement.Parse(await _processor.AskAsync("[1,2,[3]]"));

        Assert.That(json.EnumerateArray().Select(item => Processors.CodeOf(item.GetRawText())), Is.EqualTo(new int?[] { -32600, -32600, -32600 }));
    }

    [Test]
    public async Task A_batch_is_answered_in_order_whoever_finishes_first()
    {
        TaskCompletionSource second = new();
        JsonRpcProcessor processor = Processors.With(
            new StubMethod("test_first", async (_, cancellationToken) =>
            {
                await second.Task.WaitAsync(cancellationToken);
                return RpcReply.Text("first");
            }),
            new StubMethod("test_second", _ =>
            {
                second.SetResult();
                return RpcReply.Text("second");
            }));

        string answer = await processor.AskAsync(
            """
            [{"jsonrpc":"2.0","id":1,"method":"test_first"},{"jsonrpc":"2.0","method":"no_such"},
             {"jsonrpc":"2.0","id":2,"method":"test_second"},{"jsonrpc":"2.0","id":3,"method":"no_such"}]
            """);

        Assert.That(
            JsonElement.Parse(answer).EnumerateArray().Select(item => item.GetProperty("id").GetInt32()),
            Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(answer, Does.Contain("\"first\"").And.Contain("\"second\"").And.Contain("-32601"));
    }

    [Test]
    public async Task No_more_of_a_batch_is_in_work_than_allowed()
    {
        int now = 0;
        int most = 0;
        JsonRpcProcessor processor = Processors.With(
            new RpcOptions { MaxBatchConcurrency = 3 },
            new StubMethod("test_wait", async (_, _) =>
            {
                int running = Interlocked.Increment(ref now);
                InterlockedMax(ref most, running);
                await Task.Yield();
                Interlocked.Decrement(ref now);
                return RpcReply.Null;
            }));

        await processor.AskAsync($"[{string.Join(',', Enumerable.Repeat("""{"jsonrpc":"2.0","id":1,"method":"test_wait"}""", 100))}]");

        Assert.That(most, Is.InRange(1, 3));
    }

    [Test]
    public async Task A_batch_that_is_too_long_is_refused_as_a_whole()
    {
        JsonRpcProcessor processor = Processors.With(new RpcOptions { MaxBatch = 2 }, StubMethod.Echo);

        Assert.That(Processors.CodeOf(await processor.AskAsync($"[{Echo},{Echo},{Echo}]")), Is.EqualTo(-32600));
        Assert.That(JsonElement.Parse(await processor.AskAsync($"[{Echo},{Echo}]")).GetArrayLength(), Is.EqualTo(2));
    }

    [TestCase(32, ExpectedResult = -32602)]
    [TestCase(33, ExpectedResult = -32700)]
    [TestCase(100_000, ExpectedResult = -32700)]
    public async Task<int?> Nesting_has_a_limit(int depth)
    {
        string nested = new string('[', depth - 1) + new string(']', depth - 1);

        return Processors.CodeOf(await _processor.AskAsync($$"""{"jsonrpc":"2.0","id":1,"method":"test_echo","params":{{nested}}}"""));
    }

    [Test]
    public async Task One_request_too_many_at_a_time_is_told_to_come_again()
    {
        TaskCompletionSource gate = new();
        JsonRpcProcessor processor = Processors.With(
            new RpcOptions { MaxConcurrentRequests = 1 },
            StubMethod.Echo,
            new StubMethod("test_wait", async (_, cancellationToken) =>
            {
                await gate.Task.WaitAsync(cancellationToken);
                return RpcReply.Null;
            }));

        Task<string> waiting = processor.AskAsync("""{"jsonrpc":"2.0","id":1,"method":"test_wait"}""");
        string refused = await processor.AskAsync(Echo);
        gate.SetResult();
        string first = await waiting;
        string later = await processor.AskAsync(Echo);

        Assert.That(
            (Processors.CodeOf(refused), Processors.CodeOf(first), Processors.CodeOf(later)),
            Is.EqualTo(((int?)-32005, (int?)null, (int?)null)));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen) is var old && old == seen ? value : old;
        }
    }
}
