using System.Text.Json;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc;
using Bundler.Rpc.Subscriptions;
using Bundler.Testing;
using Bundler.Tests.Rpc.Methods;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Rpc.Subscriptions;

/// <summary>Who is told what, in which order, and how it ends.</summary>
internal sealed class OperationSubscriptionsTests
{
    private OperationSubscriptions _subscriptions = null!;

    [SetUp]
    public void Begin() => _subscriptions = new OperationSubscriptions(Options.Create(new RpcOptions { MaxSubscriptionsPerSocket = 2 }));

    [Test]
    public void Events_come_in_order_in_the_envelope_of_subscriptions()
    {
        using FakeConnection connection = new();
        string id = Open(connection, OperationFilter.Everything);

        _subscriptions.Publish(Happened(OperationState.Pending));
        _subscriptions.Publish(Happened(OperationState.Bundled, Hash32.From(9)));
        _subscriptions.Publish(Happened(OperationState.Dropped, reason: "it failed"));

        JsonElement[] notes = [.. connection.Sent.Select(text => JsonElement.Parse(text))];
        Assert.That(notes.Select(note => note.GetProperty("params").GetProperty("result").GetProperty("status").GetString()), Is.EqualTo(new[] { "pending", "bundled", "dropped" }));
        Assert.That(notes[1].ToString(), Is.EqualTo(
            $$$$"""{"jsonrpc":"2.0","method":"bundler_subscription","params":{"subscription":"{{{{id}}}}","result":{"userOpHash":"{{{{Hash32.From(1)}}}}","entryPoint":"{{{{A.EntryPoint.Address}}}}","sender":"{{{{A.Account}}}}","nonce":"0x0","status":"bundled","transactionHash":"{{{{Hash32.From(9)}}}}","reason":null,"at":"2026-11-21T12:00:00.000Z"}}}"""));
    }

    [Test]
    public void Nothing_comes_before_the_subscriber_knows_its_id()
    {
        using FakeConnection connection = new();
        _subscriptions.Open(connection, OperationFilter.Everything);

        _subscriptions.Publish(Happened(OperationState.Pending));
        connection.Answered();
        _subscriptions.Publish(Happened(OperationState.Bundled));

        Assert.That(connection.Sent, Has.Exactly(1).Contains("bundled"));
    }

    [TestCase("""{"sender":"0x1111111111111111111111111111111111111111"}""", true)]
    [TestCase("""{"sender":"0x2222222222222222222222222222222222222222"}""", false)]
    [TestCase("""{"userOpHash":"0x0000000000000000000000000000000000000000000000000000000000000001"}""", true)]
    [TestCase("""{"userOpHash":"0x0000000000000000000000000000000000000000000000000000000000000002"}""", false)]
    [TestCase("""{"entryPoint":"0x0000000071727De22E5E9d8BAf0edAc6f37da032","sender":"0x1111111111111111111111111111111111111111"}""", true)]
    [TestCase("""{"entryPoint":"0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789","sender":"0x1111111111111111111111111111111111111111"}""", false)]
    public void A_filter_lets_through_what_meets_all_of_it(string filter, bool comes)
    {
        using FakeConnection connection = new();
        Open(connection, OperationFilter.Read(JsonElement.Parse(filter)));

        _subscriptions.Publish(Happened(OperationState.Pending));

        Assert.That(connection.Sent, Has.Count.EqualTo(comes ? 1 : 0));
    }

    [Test]
    public void Who_does_not_read_is_told_once_and_forgotten_and_others_go_on()
    {
        using FakeConnection slow = new() { Room = 2 };
        using FakeConnection quick = new();
        Open(slow, OperationFilter.Everything);
        Open(quick, OperationFilter.Everything);

        for (int i = 0; i < 5; i++)
        {
            _subscriptions.Publish(Happened(OperationState.Pending));
        }

        Assert.That((slow.Sent.Count, quick.Sent.Count, _subscriptions.Count), Is.EqualTo((3, 5, 1)));
        Assert.That(JsonElement.Parse(slow.Sent.Last()).GetProperty("params").GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32005));
    }

    [Test]
    public void A_closed_socket_is_forgotten()
    {
        using FakeConnection connection = new();
        Open(connection, OperationFilter.Everything);
        Open(connection, OperationFilter.Everything);

        connection.Close();

        Assert.That(_subscriptions.Count, Is.Zero);
    }

    [Test]
    public void A_subscription_belongs_to_its_socket()
    {
        using FakeConnection own = new();
        using FakeConnection other = new();
        string id = Open(own, OperationFilter.Everything);

        Assert.That(_subscriptions.Close(other, id), Is.False);
        Assert.That(_subscriptions.Close(own, id), Is.True);
        Assert.That(_subscriptions.Close(own, id), Is.False);
    }

    [Test]
    public void One_subscription_too_many_is_refused()
    {
        using FakeConnection connection = new();
        Open(connection, OperationFilter.Everything);
        Open(connection, OperationFilter.Everything);

        Assert.That(_subscriptions.Open(connection, OperationFilter.Everything), Is.Null);
    }

    private string Open(FakeConnection connection, OperationFilter filter)
    {
        string id = _subscriptions.Open(connection, filter)!;
        connection.Answered();
        return id;
    }

    private static OperationEvent Happened(OperationState state, Hash32? transaction = null, string? reason = null) =>
        new(new OperationStatusRecord(Hash32.From(1), state, transaction, reason, A.Moment), A.EntryPoint.Address, A.Account, 0);
}
