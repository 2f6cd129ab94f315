using System.Text.Json.Nodes;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Inclusion;

/// <summary>A node that says of a pending operation what is not so: the operation stays pending, and the truth is taken when it comes.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LyingNodeTests
{
    private InclusionBench _bench = null!;
    private MempoolEntry _pending = null!;

    [SetUp]
    public async Task BeginAsync() => _bench = await InclusionBench.CreateAsync();

    [TearDown]
    public async Task EndAsync() => await _bench.DisposeAsync();

    [Test]
    public async Task An_event_that_the_filter_of_its_block_rules_out_includes_nothing() => await StaysPendingAsync(Claim, hasFilters: true);

    [Test]
    public async Task An_event_of_a_transaction_whose_receipt_does_not_show_it_includes_nothing() => await StaysPendingAsync(Claim);

    [Test]
    public async Task An_event_with_another_sender_includes_nothing() => await StaysPendingAsync(log =>
    {
        Claim(log);
        log["topics"]![2] = A.AddressOf(0x77).ToWord().ToString();
    });

    [Test]
    public async Task An_event_with_a_paymaster_that_it_does_not_have_includes_nothing() => await StaysPendingAsync(log =>
    {
        Claim(log);
        log["topics"]![3] = A.Paymaster.ToWord().ToString();
    });

    [Test]
    public async Task An_event_that_is_right_but_for_its_success_includes_nothing()
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        _bench.Chain.Mine(entry.Operation);
        await StaysPendingAsync(entry, log =>
        {
            byte[] data = Bytes.Parse((string)log["data"]!).Span.ToArray();
            data[(2 * Hash32.Size) - 1] = 0;
            log["data"] = Bytes.Own(data).ToString();
        });
    }

    [Test]
    public async Task The_same_topic_from_another_contract_includes_nothing()
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        _bench.Chain.Mine(A.UserOperation() with { Sender = A.AddressOf(2) });
        Lie(log =>
        {
            log["topics"]![1] = entry.UserOpHash.ToString();
            log["address"] = A.Contract.ToLowerHex();
        });

        await _bench.FollowAsync();

        Assert.That(await _bench.PendingAsync(), Is.EqualTo(new[] { entry.UserOpHash }));
    }

    /// <summary>Another operation's event becomes that of the pending one.</summary>
    private void Claim(JsonObject log)
    {
        log["topics"]![1] = _pending.UserOpHash.ToString();
        log["topics"]![2] = _pending.Operation.Sender.ToWord().ToString();
    }

    private async Task StaysPendingAsync(Action<JsonObject> lie, bool hasFilters = false)
    {
        _pending = await _bench.AdmitAsync(1);
        _bench.Chain.Mine(_pending.Operation with { Sender = A.AddressOf(2) });
        _bench.Chain.HasFilters = hasFilters;
        await StaysPendingAsync(_pending, lie);
        Assert.That(await _bench.PendingAsync(), Is.EqualTo(new[] { _pending.UserOpHash }), "the truth is that another one was included");
    }

    private async Task StaysPendingAsync(MempoolEntry entry, Action<JsonObject> lie)
    {
        Lie(lie);
        await _bench.FollowAsync();
        Assert.That(await _bench.PendingAsync(), Is.EqualTo(new[] { entry.UserOpHash }));
        Assert.That(await _bench.History.FindIncludedAsync(entry.UserOpHash, default), Is.Null);

        _bench.Chain.Node.On("eth_getLogs", parameters => _bench.Chain.LogsOf(parameters[0]));
        await _bench.FollowAsync();
        Assert.That(_bench.Index.Mark!.Number, Is.EqualTo(_bench.Chain.Head.Number));
    }

    private void Lie(Action<JsonObject> change) => _bench.Chain.Node.On("eth_getLogs", parameters =>
    {
        JsonArray logs = _bench.Chain.LogsOf(parameters[0]);
        foreach (JsonNode? log in logs)
        {
            change(log!.AsObject());
        }

        return logs;
    });
}
