using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.Access;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Ethereum.Access;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CoalescingTransportTests
{
    private readonly FakeNode _node = new();
    private readonly TaskCompletionSource<JsonNode?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AccessRig _rig = null!;
    private CoalescingTransport _transport = null!;

    [SetUp]
    public void SetUp()
    {
        _rig = new AccessRig(new ChainAccessOptions(), TimeProvider.System, ("one", _node));
        _transport = new CoalescingTransport(_rig.Transport, _rig.Pool);
        _node.On("eth_getCode", (_, token) => _answer.Task.WaitAsync(token));
    }

    [Test]
    public async Task The_same_read_at_the_same_time_is_asked_once()
    {
        Task<JsonElement>[] reads = [.. Enumerable.Range(0, 5).Select(_ => _transport.SendAsync(Code("latest"), default))];
        _answer.SetResult("0x60");

        Assert.That((await Task.WhenAll(reads)).Select(read => read.GetString()), Is.All.EqualTo("0x60"));
        Assert.That(_node.CountOf("eth_getCode"), Is.EqualTo(1));
    }

    [Test]
    public async Task Not_across_a_new_head()
    {
        Task<JsonElement> before = _transport.SendAsync(Code("latest"), default);
        _rig.Pool.Told(2);
        Task<JsonElement> after = _transport.SendAsync(Code("latest"), default);
        _answer.SetResult("0x60");
        await Task.WhenAll(before, after);

        Assert.That(_node.CountOf("eth_getCode"), Is.EqualTo(2));
    }

    [Test]
    public async Task Who_gives_up_leaves_the_others_their_answer()
    {
        using CancellationTokenSource impatient = new();
        Task<JsonElement> first = _transport.SendAsync(Code("latest"), impatient.Token);
        Task<JsonElement> second = _transport.SendAsync(Code("latest"), default);
        await impatient.CancelAsync();
        Assert.That(() => first, Throws.InstanceOf<OperationCanceledException>());
        _answer.SetResult("0x60");

        Assert.That((await second).GetString(), Is.EqualTo("0x60"));
        Assert.That(_node.CountOf("eth_getCode"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_read_of_a_named_block_is_remembered_until_the_next_head()
    {
        _answer.SetResult("0x60");
        await _transport.SendAsync(Code("0x5"), default);
        await _transport.SendAsync(Code("0x5"), default);
        EthBatch batch = new(_transport);
        batch.GetCode(A.Account, BlockTag.Number(5));
        batch.GetCode(A.Account, BlockTag.Number(6));
        await batch.SendAsync(default);
        Assert.That(_node.CountOf("eth_getCode"), Is.EqualTo(2));

        _rig.Pool.Told(2);
        await _transport.SendAsync(Code("0x5"), default);
        Assert.That(_node.CountOf("eth_getCode"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_read_of_the_latest_block_is_not_remembered()
    {
        _answer.SetResult("0x60");
        await _transport.SendAsync(Code("latest"), default);
        await _transport.SendAsync(Code("latest"), default);

        Assert.That(_node.CountOf("eth_getCode"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_block_that_is_not_there_yet_is_asked_again()
    {
        _node.Answers("eth_getBlockByNumber", null);
        EthClient eth = new(_transport);

        Assert.That(await eth.GetBlockAsync(BlockTag.Number(9), default), Is.Null);
        await eth.GetBlockAsync(BlockTag.Number(9), default);

        Assert.That(_node.CountOf("eth_getBlockByNumber"), Is.EqualTo(2));
    }

    [Test]
    public async Task Nonces_and_receipts_are_never_shared()
    {
        _node.Answers("eth_getTransactionCount", "0x1");
        EthClient eth = new(_transport);

        await Task.WhenAll(
            eth.GetTransactionCountAsync(A.Account, BlockTag.Number(5), default), eth.GetTransactionCountAsync(A.Account, BlockTag.Number(5), default));

        Assert.That(_node.CountOf("eth_getTransactionCount"), Is.EqualTo(2));
    }

    private static JsonRpcRequest Code(string tag) => JsonRpcRequest.Create("eth_getCode", writer =>
    {
        writer.WriteStringValue(A.Account.ToLowerHex());
        writer.WriteStringValue(tag);
    });
}
