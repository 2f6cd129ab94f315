using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Tests.Rpc.Golden;

namespace Bundler.Tests.Rpc.Methods;

/// <summary>100,000 bodies against the node's own methods, made from the requests of the golden files: never "internal error", and no memory kept.</summary>
internal sealed class MethodFuzzTests
{
    private const int Bodies = 100_000;
    private const int WarmUp = 20_000;
    private const int BodiesOfAWorld = 5_000;
    private const int Seed = 7769;
    private const long MaxGrowthBytes = 16 * 1_024 * 1_024;

    private static readonly HashSet<int> _standard =
    [
        -32700, -32600, -32601, -32602, -32000, -32002, -32005, -32500, -32501, -32502, -32503, -32504, -32505, -32506, -32507, -32508, -32521,
    ];

    private static readonly string[] _values =
    [
        "null", "true", "0", "-1", "1e308", "1.5", "18446744073709551616", "\"\"", "\"0x\"", "\"0x0\"", "\"0x00\"", "\"0xg\"", "\"0X1\"", "\"latest\"", "\"manual\"",
        "\"userOperations\"", "\"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\"", "\"0x10000000000000000000000000000000000000000000000000000000000000000\"",
        "\"0x7702000000000000000000000000000000000000\"", "\"0x0000000000000000000000000000000000000000\"", "\"0x0000000071727De22E5E9d8BAf0edAc6f37da032\"",
        "\"0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789\"", "\"0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108\"", "\"0xffffffffffffffffffffffffffffffff\"", "\"0x7fffffffffffffff\"", "\"\\u0000\"", "[]", "{}", "[[]]", "[{}]", "{\"\":{}}",
        "{\"sender\":\"0x1111111111111111111111111111111111111111\"}", "\"0x22222222222222222222222222222222222222220102\"",
    ];

    private static readonly string[] _names =
    [
        "factory", "factoryData", "paymaster", "paymasterVerificationGasLimit", "paymasterPostOpGasLimit", "paymasterData", "paymasterSignature", "initCode",
        "paymasterAndData", "eip7702Auth", "sender", "nonce", "maxFeePerGas", "callGasLimit", "timeoutSeconds", "balance", "stateDiff", "extra",
    ];

    [Test]
    public async Task Every_body_gets_a_standard_answer_and_nothing_stays_behind()
    {
        JsonNode[] requests = [.. GoldenFile.Methods.Where(IsQuick).SelectMany(method => GoldenFile.Read(method).Select(exchange => exchange!["request"]!))];
        Random random = new(Seed);
        Dictionary<int, int> codes = [];
        long before = 0;
        for (int i = 0; i < Bodies; i += BodiesOfAWorld)
        {
            if (i == WarmUp)
            {
                before = GC.GetTotalMemory(forceFullCollection: true);
            }

            await using MethodWorld world = await MethodWorld.StartAsync();
            for (int j = 0; j < BodiesOfAWorld; j++)
            {
                await AskAsync(world, Body(random, requests), codes);
            }
        }

        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        await TestContext.Out.WriteLineAsync($"{string.Join(", ", codes.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}"))}; heap {growth / 1024:+#;-#;0} KiB");
        Assert.That(codes.Keys, Is.SupersetOf(new[] { 0, -32700, -32600, -32601, -32602, -32500 }), "the fuzz reaches answers and every kind of refusal");
        Assert.That(growth, Is.LessThan(MaxGrowthBytes));
    }

    // What waits for blocks would only wait for its deadline.
    private static bool IsQuick(string method) => method is not ("pimlico_sendUserOperationNow" or "rpc.discover");

    private static async Task AskAsync(MethodWorld world, byte[] body, Dictionary<int, int> codes)
    {
        using FakeConnection connection = new();
        string answer = await world.AskAsync(body, connection);
        connection.Answered();
        connection.Close();
        if (answer.Length == 0)
        {
            return;
        }

        JsonElement json = JsonElement.Parse(answer);
        foreach (JsonElement each in json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray()] : new[] { json })
        {
            int code = each.TryGetProperty("error", out JsonElement error) ? error.GetProperty("code").GetInt32() : 0;
            Assert.That(code == 0 || _standard.Contains(code), Is.True, () => $"{Encoding.Latin1.GetString(body)} → {answer}");
            codes[code] = codes.GetValueOrDefault(code) + 1;
        }
    }

    private static byte[] Body(Random random, JsonNode[] requests)
    {
        switch (random.Next(20))
        {
            case 0:
                byte[] noise = new byte[random.Next(200)];
                random.NextBytes(noise);
                return noise;
            case 1:
                return Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Request(random, requests)))}]");
            case < 5:
                return Damaged(random, Encoding.UTF8.GetBytes(Request(random, requests)));
            default:
                return Encoding.UTF8.GetBytes(Request(random, requests));
        }
    }

    /// <summary>A golden request, some of its values changed, added or removed anywhere in it.</summary>
    private static string Request(Random random, JsonNode[] requests)
    {
        JsonNode request = requests[random.Next(requests.Length)].DeepClone();
        for (int changes = random.Next(4); changes > 0; changes--)
        {
            JsonNode[] containers = [.. Containers(random.Next(5) == 0 ? request : request["params"] ?? request)];
            if (containers.Length > 0)
            {
                Change(random, containers[random.Next(containers.Length)]);
            }
        }

        return request.ToJsonString();
    }

    private static IEnumerable<JsonNode> Containers(JsonNode? node) => node switch
    {
        JsonObject members => members.Select(member => member.Value).SelectMany(Containers).Prepend(members),
        JsonArray items => items.SelectMany(Containers).Prepend(items),
        _ => [],
    };

    private static void Change(Random random, JsonNode container)
    {
        JsonNode? value = random.Next(4) == 0 ? JsonValue.Create("0x" + Convert.ToHexStringLower(RandomBytes(random))) : JsonNode.Parse(_values[random.Next(_values.Length)]);
        if (container is JsonArray items)
        {
            int at = random.Next(items.Count + 1);
            switch (random.Next(3))
            {
                case 0 when at < items.Count:
                    items.RemoveAt(at);
                    break;
                case 1 when at < items.Count:
                    items[at] = value;
                    break;
                default:
                    items.Insert(at, value);
                    break;
            }
        }
        else if (container is JsonObject members)
        {
            string[] names = [.. members.Select(member => member.Key)];
            string name = names.Length > 0 && random.Next(3) > 0 ? names[random.Next(names.Length)] : _names[random.Next(_names.Length)];
            if (random.Next(4) == 0)
            {
                members.Remove(name);
            }
            else
            {
                members[name] = value;
            }
        }
    }

    private static byte[] RandomBytes(Random random)
    {
        byte[] bytes = new byte[random.Next(3) switch { 0 => 20, 1 => 32, _ => random.Next(100) }];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Damaged(Random random, byte[] body)
    {
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            body[random.Next(body.Length)] = (byte)random.Next(256);
        }

        return body;
    }
}
