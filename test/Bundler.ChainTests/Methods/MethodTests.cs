using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>Each method beyond ERC-7769 on the running node, over a chain that makes blocks.</summary>
public sealed class MethodTests
{
    private MethodRig _rig = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _rig = await MethodRig.StartAsync();

    [OneTimeTearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [SetUp]
    public Task BundleAsync() => _rig.BundleAsync(automatically: true);

    [Test]
    public async Task Status_and_its_aliases_follow_an_operation_from_the_mempool_into_a_block()
    {
        await _rig.BundleAsync(automatically: false);
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        string hash = await _rig.SendAsync(wallet, wallet.Signed());

        Assert.That((await _rig.StatusAsync(hash, "pending")).GetProperty("transactionHash").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That((await _rig.AskAsync("pimlico_getUserOperationStatus", hash)).GetProperty("status").GetString(), Is.EqualTo("not_submitted"));
        JsonElement waiting = await _rig.AskAsync("rundler_getUserOperationStatus", hash);
        Assert.That(waiting.GetProperty("status").GetString(), Is.EqualTo("pending"));
        Assert.That(waiting.GetProperty("userOperation").GetProperty("sender").GetString(), Is.EqualTo(wallet.Address.ToString()));

        await _rig.BundleAsync(automatically: true);
        JsonElement included = await _rig.StatusAsync(hash, "included", "final");
        string transaction = included.GetProperty("transactionHash").GetString()!;
        JsonElement receipt = await _rig.AskAsync("eth_getUserOperationReceipt", hash);
        Assert.That(included.GetProperty("success").GetBoolean(), Is.True);
        Assert.That(receipt.GetProperty("receipt").GetProperty("transactionHash").GetString(), Is.EqualTo(transaction));
        JsonElement pimlico = await _rig.AskAsync("pimlico_getUserOperationStatus", hash);
        Assert.That((pimlico.GetProperty("status").GetString(), pimlico.GetProperty("transactionHash").GetString()), Is.EqualTo(("included", transaction)));
        JsonElement rundler = await _rig.AskAsync("rundler_getUserOperationStatus", hash);
        Assert.That(rundler.GetProperty("status").GetString(), Is.EqualTo("mined"));
        Assert.That(rundler.GetProperty("receipt").GetRawText(), Is.EqualTo(receipt.GetRawText()));
    }

    [TestCase("bundler_getGasPrice", "slow")]
    [TestCase("pimlico_getUserOperationGasPrice", "slow")]
    [TestCase("rundler_getUserOperationGasPrice", "suggested")]
    [TestCase("skandha_getGasPrice", null)]
    public async Task Suggested_fees_get_an_operation_into_a_block(string method, string? level)
    {
        JsonElement price = await _rig.AskAsync(method);
        JsonElement fees = level is null ? price : price.GetProperty(level);
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        UserOperation operation = wallet.Sign(wallet.Operation() with { MaxFeePerGas = Quantity(fees, "maxFeePerGas"), MaxPriorityFeePerGas = Quantity(fees, "maxPriorityFeePerGas") });

        await _rig.StatusAsync(await _rig.SendAsync(wallet, operation), "included", "final");
    }

    [Test]
    public async Task The_tip_for_Rundlers_clients_is_what_the_other_prices_rest_on() =>
        Assert.That(
            (await _rig.AskAsync("rundler_maxPriorityFeePerGas")).GetString(),
            Is.EqualTo((await _rig.AskAsync("bundler_getGasPrice")).GetProperty("slow").GetProperty("maxPriorityFeePerGas").GetString()));

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    [TestCase(EntryPointVersion.V09)]
    public async Task A_pending_operation_is_found_and_withdrawn_by_its_owner_alone(EntryPointVersion version)
    {
        await _rig.BundleAsync(automatically: false);
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        string hash = await _rig.SendAsync(wallet, wallet.Signed());
        object?[] key = [wallet.Address.ToString(), "0x0"];
        UserOperation proof = wallet.Operation() with { CallData = Bytes.Empty, CallGasLimit = 0, PreVerificationGas = 0, MaxFeePerGas = 0, MaxPriorityFeePerGas = 0 };
        string entryPoint = wallet.EntryPoint.Address.ToString();

        Assert.That((await _rig.AskAsync("bundler_getPendingUserOperation", key)).GetProperty("userOpHash").GetString(), Is.EqualTo(hash));
        Assert.That((await _rig.AskAsync("rundler_getPendingUserOperationBySenderNonce", key)).GetProperty("sender").GetString(), Is.EqualTo(wallet.Address.ToString()));

        JsonElement forged = await _rig.Node.CallAsync(
            "rundler_dropLocalUserOperation", MethodRig.Json(wallet, proof with { Signature = wallet.Signed().Signature }), entryPoint);
        Assert.That(forged.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32507), forged.ToString());

        JsonElement dropped = await _rig.AskAsync("rundler_dropLocalUserOperation", MethodRig.Json(wallet, wallet.Sign(proof)), entryPoint);
        Assert.That(dropped.GetString(), Is.EqualTo(hash));
        Assert.That((await _rig.StatusAsync(hash, "dropped")).GetProperty("reason").GetString(), Is.EqualTo("withdrawn by its sender"));
        Assert.That((await _rig.AskAsync("bundler_getPendingUserOperation", key)).ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That((await _rig.AskAsync("rundler_dropLocalUserOperation", MethodRig.Json(wallet, wallet.Sign(proof)), entryPoint)).ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Sending_now_answers_the_receipt()
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        UserOperation operation = wallet.Signed();

        JsonElement receipt = await _rig.AskAsync("pimlico_sendUserOperationNow", MethodRig.Json(wallet, operation), wallet.EntryPoint.Address.ToString());

        Assert.That(receipt.GetProperty("success").GetBoolean(), Is.True);
        string hash = receipt.GetProperty("userOpHash").GetString()!;
        Assert.That((await _rig.AskAsync("eth_getUserOperationReceipt", hash)).GetRawText(), Is.EqualTo(receipt.GetRawText()));
    }

    [Test]
    public async Task Sending_now_tells_where_to_ask_when_no_block_includes_it_in_time()
    {
        await _rig.BundleAsync(automatically: false);
        SimpleAccountWallet wallet = await _rig.WalletAsync();

        JsonElement answer = await _rig.Node.CallAsync(
            "pimlico_sendUserOperationNow", MethodRig.Json(wallet, wallet.Signed()), wallet.EntryPoint.Address.ToString(), new { timeoutSeconds = 1 });

        JsonElement error = answer.GetProperty("error");
        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32002));
        await _rig.StatusAsync(error.GetProperty("data").GetProperty("userOpHash").GetString()!, "pending");
    }

    [Test]
    public async Task Explaining_says_what_sending_would_and_changes_nothing()
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        string entryPoint = wallet.EntryPoint.Address.ToString();
        UserOperation wrong = wallet.Signed() with { Signature = wallet.Sign(wallet.Operation(nonce: 1)).Signature, PreVerificationGas = 1 };

        JsonElement good = await _rig.AskAsync("bundler_explainUserOperation", MethodRig.Json(wallet, wallet.Signed()), entryPoint);
        JsonElement bad = await _rig.AskAsync("bundler_explainUserOperation", MethodRig.Json(wallet, wrong), entryPoint);

        Assert.That(good.GetProperty("accepted").GetBoolean(), Is.True, good.ToString());
        Assert.That(good.GetProperty("entities").EnumerateArray().Select(entity => entity.GetProperty("entity").GetString()), Is.EqualTo(new[] { "factory", "account" }));
        Assert.That(bad.GetProperty("rejections").EnumerateArray().Select(rejection => rejection.GetProperty("code").GetInt32()), Is.EqualTo(new[] { -32602, -32507 }));
        Assert.That((await _rig.AskAsync("bundler_getPendingUserOperation", wallet.Address.ToString(), "0x0")).ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task The_explained_preVerificationGas_is_taken_and_one_less_is_not()
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        string entryPoint = wallet.EntryPoint.Address.ToString();
        JsonElement explained = await _rig.AskAsync("bundler_explainPreVerificationGas", MethodRig.Json(wallet, wallet.Signed()), entryPoint);
        UInt256 required = Quantity(explained, "requiredAtMost");

        JsonElement refused = await _rig.Node.CallAsync(
            "eth_sendUserOperation", MethodRig.Json(wallet, wallet.Sign(wallet.Operation() with { PreVerificationGas = required - 500 })), entryPoint);
        string hash = await _rig.SendAsync(wallet, wallet.Sign(wallet.Operation() with { PreVerificationGas = required + 500 }));

        Assert.That(refused.GetProperty("error").GetProperty("data").GetProperty("field").GetString(), Is.EqualTo("preVerificationGas"));
        await _rig.StatusAsync(hash, "included", "final");
    }

    [Test]
    public async Task A_subscriber_hears_of_every_step_in_order()
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new UriBuilder(_rig.Node.Url) { Scheme = "ws", Path = "/ws" }.Uri, CancellationToken.None);
        await SendAsync(socket, $$"""{"jsonrpc":"2.0","id":1,"method":"bundler_subscribe","params":["userOperations",{"sender":"{{wallet.Address}}"}]}""");
        string id = (await ReceiveAsync(socket)).GetProperty("result").GetString()!;

        string hash = await _rig.SendAsync(wallet, wallet.Signed());

        List<string> steps = [];
        while (steps.Count == 0 || steps[^1] != "included")
        {
            JsonElement note = (await ReceiveAsync(socket)).GetProperty("params");
            Assert.That((note.GetProperty("subscription").GetString(), note.GetProperty("result").GetProperty("userOpHash").GetString()), Is.EqualTo((id, hash)));
            steps.Add(note.GetProperty("result").GetProperty("status").GetString()!);
        }

        Assert.That(steps.Distinct(), Is.EqualTo(new[] { "pending", "bundled", "included" }));
    }

    [Test]
    public async Task The_OpenRPC_document_is_served()
    {
        (int status, JsonElement file) = await _rig.Node.GetAsync("/openrpc.json");

        Assert.That(status, Is.EqualTo(200));
        Assert.That(file.GetRawText(), Is.EqualTo((await _rig.AskAsync("rpc.discover")).GetRawText()));
        Assert.That(file.GetProperty("methods").EnumerateArray().Select(method => method.GetProperty("name").GetString()), Does.Contain("bundler_getUserOperationStatus"));
    }

    private static UInt256 Quantity(JsonElement json, string name) => UInt256.ParseQuantity(json.GetProperty(name).GetString()!);

    private static Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private static async Task<JsonElement> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] bytes = new byte[64 * 1_024];
        WebSocketReceiveResult result = await socket.ReceiveAsync(new ArraySegment<byte>(bytes), CancellationToken.None).WaitAsync(MethodRig.Deadline);
        return JsonElement.Parse(Encoding.UTF8.GetString(bytes, 0, result.Count));
    }
}
