using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission;

/// <summary>The submission room dies and begins again over the same chain and store.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FlightBoardRestartTests : IDisposable
{
    private static readonly Address _signer = DevAccounts.All[1].Address;
    private static readonly MempoolEntry _one = SubmissionRoom.Entry(1);
    private static readonly MempoolEntry _two = SubmissionRoom.Entry(2);
    private static readonly MempoolEntry _three = SubmissionRoom.Entry(3);

    private readonly SubmissionLives _lives = new();

    public void Dispose() => _lives.Dispose();

    [Test]
    public async Task After_a_restart_the_same_bytes_are_sent_again_and_the_operations_are_taken()
    {
        SubmissionRoom first = await _lives.BeginAsync(_one);
        await first.SubmitAsync(_one);
        _lives.Chain.Forget();

        SubmissionRoom second = await _lives.BeginAsync(_one);

        Assert.That(_lives.Chain.Pool.Single().Hash, Is.EqualTo(_lives.Store.Transactions.Single().TransactionHash));
        Assert.That(second.Pool.TryGet(_one.UserOpHash, out MempoolEntry? entry) ? entry.State : default, Is.EqualTo(EntryState.Bundled));
        Assert.That(second.Signers.InFlight, Is.EqualTo(1));
        _lives.Chain.Mine();
        await second.HeadAsync(2);
        Assert.That(second.ReadOutcomes()[^1], Is.InstanceOf<SubmissionOutcome.Mined>());
        Assert.That(second.Signers.TryLease()!.Nonce, Is.EqualTo(1));
    }

    [Test]
    public async Task After_a_restart_all_of_a_signers_bundles_are_taken_up_and_the_next_gets_the_nonce_behind_them()
    {
        SubmissionRoom first = await _lives.BeginAsync(_one, _two);
        await first.SubmitAsync(_one);
        await first.SubmitAsync(_two);
        SubmissionRoom second = await _lives.BeginAsync(_one, _two, _three);
        await second.SubmitAsync(_three);
        _lives.Chain.Mine();
        await second.HeadAsync(2);

        Assert.That(_lives.Chain.Mined.Select(mined => mined.Transaction.Nonce), Is.EqualTo(new[] { 0UL, 1UL, 2UL }));
        Assert.That(second.ReadOutcomes().OfType<SubmissionOutcome.Mined>().Count(), Is.EqualTo(3));
    }

    [Test]
    public async Task What_was_mined_while_the_node_was_down_is_reported_after_the_restart_and_not_sent_again()
    {
        SubmissionRoom first = await _lives.BeginAsync(_one);
        await first.SubmitAsync(_one);
        _lives.Chain.Mine();

        SubmissionRoom second = await _lives.BeginAsync();

        Assert.That(second.ReadOutcomes().Single(), Is.InstanceOf<SubmissionOutcome.Mined>());
        Assert.That(_lives.Chain.Node.CountOf("eth_sendRawTransaction"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_restarted_bundle_can_still_be_replaced_up_to_what_its_operations_pay()
    {
        SubmissionRoom first = await _lives.BeginAsync(_one);
        await first.SubmitAsync(_one);
        SubmissionRoom second = await _lives.BeginAsync(_one);
        await second.PassAsync(50);

        StoredTransaction[] versions = [.. _lives.Store.Transactions];
        Assert.That(versions, Has.Length.GreaterThan(2));
        Assert.That(versions.Select(version => version.Nonce).Distinct().Single(), Is.Zero);
        Assert.That(versions.All(version => version.MaxFeePerGas <= 1_000 && version.MaxPriorityFeePerGas <= 500), Is.True);
    }

    [Test]
    public async Task A_bundle_of_a_signer_that_is_gone_is_sent_again_as_it_is()
    {
        SubmissionRoom first = await _lives.BeginAsync(_one);
        await first.SubmitAsync(_one);
        _lives.Chain.Forget();
        SubmissionRoom second = _lives.Add(new SubmissionRoom(_lives.Chain.Node, _lives.Store, signers: []));
        await second.StartAsync(_one);
        await second.PassAsync(120);

        Assert.That(_lives.Chain.Pool.Single().Hash, Is.EqualTo(_lives.Store.Transactions.Single().TransactionHash));
    }

    /// <summary>The process dies at its k-th word with the world outside: nothing is lost, nothing is mined twice, no second nonce is used.</summary>
    [Test]
    public async Task It_survives_a_crash_at_every_word_with_the_world([Range(1, 30)] int fatal, [Values] bool heard)
    {
        int words = 0;
        bool dead = false;
        CrashingNode node = new(_lives.Chain.Node, Count, heard);
        _lives.Store.BeforeWrite = Count;
        SubmissionRoom first = _lives.Add(new SubmissionRoom(node, _lives.Store));
        try
        {
            await LiveAsync(first);
        }
        catch (CrashException)
        {
            dead = true;
        }

        _lives.Store.BeforeWrite = null;
        if (dead)
        {
            MempoolEntry[] left = [.. new[] { _one, _two }.Where(entry => !_lives.Chain.Mined.Any(mined => Carries(mined, entry)))];
            SubmissionRoom second = await _lives.BeginAsync(left);
            for (ulong block = 10; block < 80; block++)
            {
                Hash32[] waiting = [.. second.Pool.Candidates(0, 10).Select(entry => entry.UserOpHash)];
                if (waiting.Length > 0)
                {
                    await second.SubmitAsync([.. left.Where(entry => waiting.Contains(entry.UserOpHash))]);
                }

                _lives.Chain.Mine();
                second.Clock.Advance(TimeSpan.FromSeconds(1));
                await second.HeadAsync(block);
                await second.Board.OnTickAsync(CancellationToken.None);
                foreach (SubmissionOutcome.Abandoned abandoned in second.ReadOutcomes().OfType<SubmissionOutcome.Abandoned>())
                {
                    second.Pool.Release(abandoned.UserOpHashes);
                }
            }
        }

        Assert.That(_lives.Chain.Mined.Count(mined => Carries(mined, _one)), Is.EqualTo(1));
        Assert.That(_lives.Chain.Mined.Count(mined => Carries(mined, _two)), Is.EqualTo(1));
        Assert.That(await _lives.Store.LoadOpenAsync(CancellationToken.None), Is.Empty);
        foreach (IGrouping<Guid, StoredTransaction> bundle in _lives.Store.Transactions.GroupBy(transaction => transaction.BundleId))
        {
            Assert.That(bundle.Select(version => version.Nonce).Distinct().Count(), Is.EqualTo(1));
        }

        void Count()
        {
            if (++words == fatal)
            {
                throw new CrashException();
            }
        }
    }

    /// <summary>An ordinary life: a bundle that needs a replacement, another one after it.</summary>
    private async Task LiveAsync(SubmissionRoom room)
    {
        await room.StartAsync(_one, _two);
        await room.SubmitAsync(_one);
        await room.PassAsync(6);
        _lives.Chain.Mine();
        await room.HeadAsync(2);
        await room.PassAsync(1);
        await room.SubmitAsync(_two);
        await room.HeadAsync(3);
        _lives.Chain.Mine();
        await room.HeadAsync(4);
    }

    private static bool Carries(SignedTransaction mined, MempoolEntry entry) =>
        mined.Transaction.To == A.EntryPoint.Address
        && A.EntryPoint.Bundles.DecodeOperations(mined.Transaction.Data)!.Any(operation => operation.Sender == entry.Operation.Sender);

    private sealed class CrashException : Exception;

    /// <summary>Counts every word to a node; dies before the node hears it, or after.</summary>
    private sealed class CrashingNode(FakeNode node, Action count, bool heard) : IJsonRpcTransport
    {
        public async Task<System.Text.Json.JsonElement> SendAsync(JsonRpcRequest request, CancellationToken cancellationToken)
        {
            if (!heard)
            {
                count();
            }

            System.Text.Json.JsonElement answer = await node.SendAsync(request, cancellationToken);
            if (heard)
            {
                count();
            }

            return answer;
        }

        public Task<IReadOnlyList<JsonRpcResponse>> SendBatchAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
        {
            count();
            return node.SendBatchAsync(requests, cancellationToken);
        }
    }
}
