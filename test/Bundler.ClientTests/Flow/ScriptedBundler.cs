using Bundler.Client;
using Bundler.Client.Accounts;
using Bundler.Client.Flow;
using Nethereum.Web3;
using Newtonsoft.Json.Linq;

namespace Bundler.ClientTests.Flow;

/// <summary>A bundler and its chain in one script: answers by method, the last one again and again.</summary>
internal sealed class ScriptedBundler
{
    public const string Hash = "0x00000000000000000000000000000000000000000000000000000000000000a1";
    public const string Transaction = "0x00000000000000000000000000000000000000000000000000000000000000b2";
    private const string Word = "0x0000000000000000000000000000000000000000000000000000000000000000";

    private readonly Dictionary<string, Queue<Func<JArray, JObject>>> _answers = [];

    public ScriptedBundler()
    {
        Client = new ScriptedClient(Answer);
        Web3 = new Web3(Client);
        On("eth_chainId", ScriptedClient.Result("0x38"));
        On("eth_call", ScriptedClient.Result(Word));
        On("bundler_getGasPrice", ScriptedClient.Result(Fees(2_000)));
        On("eth_estimateUserOperationGas", ScriptedClient.Result(new JObject
        {
            ["preVerificationGas"] = "0xc350", ["verificationGasLimit"] = "0x186a0", ["callGasLimit"] = "0x7530",
            ["paymasterVerificationGasLimit"] = "0x2710", ["paymasterPostOpGasLimit"] = "0x0",
        }));
        On("eth_sendUserOperation", ScriptedClient.Result(Hash));
        On("eth_getUserOperationReceipt", ScriptedClient.Result(Receipt()));
    }

    public ScriptedClient Client { get; }

    public IWeb3 Web3 { get; }

    public IEnumerable<string> Methods => Client.Asked.Select(asked => asked.Method);

    /// <summary>What a method answers, one after the other.</summary>
    public ScriptedBundler On(string method, params JObject[] answers)
    {
        _answers[method] = new Queue<Func<JArray, JObject>>(answers.Select(answer => (Func<JArray, JObject>)(_ => answer)));
        return this;
    }

    public ScriptedBundler Throws(string method, Exception fault, int times, JObject then)
    {
        _answers[method] = new Queue<Func<JArray, JObject>>(Enumerable.Repeat<Func<JArray, JObject>>(_ => throw fault, times).Append(_ => then));
        return this;
    }

    public SmartAccountClient Wallet(ISmartAccount account) => new(Web3, Web3.Bundler(), account) { Waiting = new WaitOptions { PollingInterval = TimeSpan.FromMilliseconds(1) } };

    public static JObject Fees(int standard) => new()
    {
        ["slow"] = Level(standard / 2), ["standard"] = Level(standard), ["fast"] = Level(standard * 2), ["blockNumber"] = "0x1",
    };

    public static JObject Receipt() => new()
    {
        ["userOpHash"] = Hash, ["sender"] = "0x1111111111111111111111111111111111111111", ["nonce"] = "0x0", ["actualGasCost"] = "0x1", ["actualGasUsed"] = "0x1",
        ["success"] = true, ["logs"] = new JArray(), ["receipt"] = new JObject { ["transactionHash"] = Transaction, ["status"] = "0x1" },
    };

    public static JObject Status(string status, string? reason = null, string? transaction = null) => ScriptedClient.Result(new JObject
    {
        ["status"] = status, ["userOpHash"] = Hash, ["entryPoint"] = "0x00", ["reason"] = reason, ["transactionHash"] = transaction, ["since"] = "2026-11-21T12:00:00.000Z",
    });

    private static JObject Level(int fee) => new() { ["maxFeePerGas"] = $"0x{fee:x}", ["maxPriorityFeePerGas"] = "0x1" };

    private JObject Answer(string method, JArray parameters)
    {
        if (!_answers.TryGetValue(method, out Queue<Func<JArray, JObject>>? answers))
        {
            return ScriptedClient.NoSuchMethod;
        }

        return (answers.Count > 1 ? answers.Dequeue() : answers.Peek())(parameters);
    }
}
