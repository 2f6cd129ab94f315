using Bundler.Client;
using Bundler.Client.Errors;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Bundler.ClientTests.Golden;

/// <summary>The client asks as the golden files ask, and reads all that they answer: the node's own methods, and other bundlers' in their own forms.</summary>
internal sealed class GoldenFormsTests
{
    private const string AnyResult = "*";

    /// <summary>Served on a socket of their own, see UserOperationSubscription.</summary>
    private static readonly string[] _onSocketsOnly = ["bundler_subscribe", "bundler_unsubscribe"];

    /// <summary>What a typed client cannot say: it is why there is one.</summary>
    private static readonly string[] _unsayable =
    [
        "an override that is none", "a field missing", "an unknown field", "a number instead of a quantity", "a parameter too many",
        "a nonce with leading zeros",
    ];

    private static IEnumerable<Exchange> Exchanges => TypedMethods.Names.SelectMany(Exchange.Of)
        .Where(exchange => !_unsayable.Contains(exchange.About) && (string?)(exchange.Result as JValue) != AnyResult);

    [Test]
    public void Every_public_method_of_the_node_has_a_typed_request() => Assert.That(
        Exchange.Methods.Where(method => !method.StartsWith("debug_", StringComparison.Ordinal)),
        Is.EquivalentTo(TypedMethods.Names.Concat(_onSocketsOnly)));

    [TestCaseSource(nameof(Exchanges))]
    public async Task The_client_asks_and_reads_as_the_golden_file_says(Exchange exchange)
    {
        ScriptedClient client = new((_, _) => exchange.Response);
        BundlerApiService bundler = new(client);

        object? result = null;
        BundlerException? refusal = null;
        try
        {
            result = await TypedMethods.CallAsync(bundler, exchange);
        }
        catch (BundlerException thrown)
        {
            refusal = thrown;
        }

        (string method, JArray parameters) = client.Asked.Single();
        Assert.That(method, Is.EqualTo(exchange.Method));
        Assert.That(JToken.DeepEquals(Sorted(parameters), Sorted(exchange.Parameters)), Is.True, () => $"asked {parameters}\ninstead of {exchange.Parameters}");
        if (exchange.Response["error"] is { } error)
        {
            Assert.That(refusal, Is.Not.Null);
            Assert.That((refusal!.Code, refusal.Error.Message, refusal.Error.Field), Is.EqualTo(((int)error["code"]!, (string)error["message"]!, (string?)error["data"]?["field"])));
            Assert.That(refusal.Kind, Is.Not.EqualTo(BundlerErrorKind.Other));
        }
        else
        {
            Assert.That(refusal, Is.Null);
            Assert.That(Lost(exchange.Result, result), Is.Empty, "what the golden file answers and the typed result does not have");
        }
    }

    /// <summary>The paths whose values are gone or others when the result is written again.</summary>
    private static IEnumerable<string> Lost(JToken? golden, object? result)
    {
        if (golden is not JContainer)
        {
            yield break;
        }

        JToken again = JToken.Parse(JsonConvert.SerializeObject(result));
        foreach (JValue value in golden.SelectTokens("$..*").OfType<JValue>().Where(value => value.Type != JTokenType.Null && !InForeignHands(value)))
        {
            string path = value.Path[(golden.Path.Length == 0 ? 0 : golden.Path.Length + (golden is JArray ? 0 : 1))..];
            string? found = again.SelectToken(path)?.ToString(Formatting.None);
            if (!Same(value.ToString(Formatting.None), found))
            {
                yield return $"{path}: {value} became {found}";
            }
        }
    }

    /// <summary>Receipts and logs of transactions are Nethereum's types, which write numbers in their own way.</summary>
    private static bool InForeignHands(JValue value) => value.Path.Contains("receipt.", StringComparison.Ordinal) || value.Path.Contains("logs[", StringComparison.Ordinal)
        || value.Path.EndsWith(".since", StringComparison.Ordinal) || value.Path.EndsWith(".admittedAt", StringComparison.Ordinal);

    private static bool Same(string golden, string? found) =>
        string.Equals(golden.Replace("_", "", StringComparison.Ordinal), found, StringComparison.OrdinalIgnoreCase);

    private static JToken Sorted(JToken token) => token switch
    {
        JObject members => new JObject(members.Properties().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => new JProperty(member.Name, Sorted(member.Value)))),
        JArray items => new JArray(items.Select(Sorted)),
        _ => token,
    };
}
