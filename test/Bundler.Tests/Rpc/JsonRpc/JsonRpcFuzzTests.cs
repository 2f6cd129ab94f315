using System.Text;
using System.Text.Json;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Tests.Rpc.JsonRpc;

/// <summary>Noise and mutated requests: always a standard code, never an exception, never "internal error".</summary>
internal sealed class JsonRpcFuzzTests
{
    private const int Bodies = 20_000;
    private const int Seed = 4337;
    private static readonly int?[] _allowed = [null, -32700, -32600, -32601, -32602];

    private static readonly string[] _seeds =
    [
        """{"jsonrpc":"2.0","id":1,"method":"test_echo","params":["hello"]}""",
        """{"jsonrpc":"2.0","id":"a\u00e4\ud83d\ude00","method":"test_take","params":["0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789","0x1f",{"a":[1,2,{"b":null}]}]}""",
        """[{"jsonrpc":"2.0","id":1,"method":"test_echo","params":{"text":"x"}},{"jsonrpc":"2.0","method":"test_echo","params":["y"]},{"jsonrpc":"2.0","id":null,"method":"none"}]""",
        """{"jsonrpc":"2.0","id":1e3,"method":"test_take","params":[{"sender":"0x00","nonce":"0x","sender":"0x"},true,false,null,-1.5]}""",
        "[]",
        "{}",
    ];

    private static readonly string[] _pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\ud800", "\\u0000", "null", "1e999", "-", "0x", "\"id\":1,", "\"id\":{},", "\"params\":", "\"method\":\"test_take\",",
        "/*", "//", "\u00e4", "\ufeff", " ", "\n", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    ];

    private static readonly string[] _values =
    [
        "\"2.0\"", "\"2.0\"", "\"1.0\"", "\"test_echo\"", "\"test_take\"", "\"x\"", "\"0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789\"", "\"0x1f\"", "\"0x01\"",
        "1", "-0", "1e-7", "1E+400", "null", "true", "{}", "[]", "[\"hello\"]", "{\"text\":\"x\"}", "{\"a\":1,\"a\":2}", "\"\\u0000\"", "\"\\ud83d\\ude00\"",
        "[\"0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789\",\"0x1\",{}]", "[{\"text\":\"x\",\"text\":\"x\"}]",
    ];

    private readonly JsonRpcProcessor _processor = Processors.With(
        StubMethod.Echo,
        new StubMethod(
            "test_take",
            given => RpcReply.Text($"{given.Address(0)} {given.Quantity(1)} {given.Optional(2)?.GetRawText()}"),
            RpcParameter.Text("address"),
            RpcParameter.Text("amount"),
            RpcParameter.Object("more", required: false)));

    [Test]
    public async Task Every_body_gets_a_standard_answer()
    {
        Random random = new(Seed);
        Dictionary<int, int> codes = [];
        for (int i = 0; i < Bodies; i++)
        {
            byte[] body = random.Next(6) switch
            {
                0 => Noise(random),
                1 or 2 => Mutated(random),
                _ => Encoding.UTF8.GetBytes(Shaped(random)),
            };
            string answer = await _processor.AskAsync(body);
            foreach (int? code in CodesOf(answer))
            {
                Assert.That(_allowed, Does.Contain(code), () => $"body {i}: {Encoding.Latin1.GetString(body)} → {answer}");
                codes[code ?? 0] = codes.GetValueOrDefault(code ?? 0) + 1;
            }
        }

        await TestContext.Out.WriteLineAsync(string.Join(", ", codes.Select(pair => $"{pair.Key}: {pair.Value}")));
        Assert.That(codes.Keys, Is.EquivalentTo(_allowed.Select(code => code ?? 0)), "the fuzz reaches every code");
    }

    private static IEnumerable<int?> CodesOf(string answer)
    {
        if (answer.Length == 0)
        {
            return [];
        }

        JsonElement json = JsonElement.Parse(answer);
        return json.ValueKind == JsonValueKind.Array
            ? json.EnumerateArray().Select(item => Processors.CodeOf(item.GetRawText()))
            : [Processors.CodeOf(answer)];
    }

    private static byte[] Noise(Random random)
    {
        byte[] bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A well-formed text that is nearly a request, or a batch of them.</summary>
    private static string Shaped(Random random)
    {
        if (random.Next(8) == 0)
        {
            return $"[{string.Join(',', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Shaped(random)))}]";
        }

        List<string> members = [Member(random, "jsonrpc", "\"2.0\""), Member(random, "method", "\"test_take\"")];
        if (random.Next(8) > 0)
        {
            members.Add(Member(random, "params", $"[{Value(random)},{Value(random)}]"));
        }

        if (random.Next(8) > 0)
        {
            members.Add(Member(random, "id", "1"));
        }

        if (random.Next(8) == 0)
        {
            members.Add(members[random.Next(members.Count)]);
        }

        return $"{{{string.Join(',', members)}}}";
    }

    private static string Member(Random random, string name, string usual) => $"\"{name}\":{(random.Next(8) == 0 ? Value(random) : usual)}";

    private static string Value(Random random) => _values[random.Next(_values.Length)];

    private static byte[] Mutated(Random random)
    {
        List<byte> bytes = [.. Encoding.UTF8.GetBytes(_seeds[random.Next(_seeds.Length)])];
        for (int changes = random.Next(4); changes >= 0; changes--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 12), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(_pieces[random.Next(_pieces.Length)]));
                    break;
                case 3 when at < bytes.Count:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, Math.Min(random.Next(1, 30), bytes.Count - at)));
                    break;
                default:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. bytes];
    }
}
