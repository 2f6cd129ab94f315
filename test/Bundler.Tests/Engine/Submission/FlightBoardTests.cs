using Bundler.Engine.Bundling;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Signing;
using Bundler.Signing.LocalKey;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission;

public sealed class FlightBoardTests
{
    private static readonly Address _signer = DevAccounts.All[1].Address;
    private static readonly MempoolEntry _one = SubmissionRoom.Entry(1);
    private static readonly MempoolEntry _two = SubmissionRoom.Entry(2);
    private static readonly MempoolEntry _three = SubmissionRoom.Entry(3);

    private readonly List<SubmissionRoom> _rooms = [];
    private SmallChain _chain = new();
    private MemorySubmissionStore _store = new();

    [SetUp]
    public void Begin()
    {
        _chain = new SmallChain();
        _store = new MemorySubmissionStore();
    }

    [TearDown]
    public void End()
    {
        _rooms.ForEach(room => room.Dispose());
        _rooms.Clear();
    }

    [Test]
    public async Task A_bundle_is_stored_sent_mined_and_closed_and_its_signer_is_free_for_the_next_nonce()
    {
        SubmissionRoom room = await RoomAsync(_one, _two);
        Bundle bundle = (await room.SubmitAsync(_one, _two))!;
        Hash32 hash = _store.Transactions.Single().TransactionHash;
        Assert.That(_chain.Pool.Single().Hash, Is.EqualTo(hash));
        Assert.That(room.Signers.InFlight, Is.EqualTo(1));

        _chain.Mine();
        await room.HeadAsync(2);

        IReadOnlyList<SubmissionOutcome> outcomes = room.ReadOutcomes();
        Assert.That(outcomes.Select(outcome => outcome.GetType().Name), Is.EqualTo(new[] { "Sent", "Mined" }));
        Assert.That(outcomes[1].UserOpHashes, Is.EqualTo(new[] { _one.UserOpHash, _two.UserOpHash }));
        Assert.That(_store.EndOf(bundle.Id), Is.EqualTo((BundleEnd.Mined, (Hash32?)hash)));
        Assert.That(room.Board.Count, Is.Zero);
        Assert.That(room.Signers.TryLease()!.Nonce, Is.EqualTo(1));
    }

    [Test]
    public async Task A_reverted_bundle_is_closed_as_such()
    {
        SubmissionRoom room = await RoomAsync(_one);
        Bundle bundle = (await room.SubmitAsync(_one))!;
        _chain.Reverts = true;
        _chain.Mine();
        await room.HeadAsync(2);

        Assert.That(_store.EndOf(bundle.Id)!.Value.End, Is.EqualTo(BundleEnd.Reverted));
    }

    [Test]
    public async Task All_flights_are_asked_for_in_one_round_trip_a_head()
    {
        SubmissionRoom room = await RoomAsync(2, _one, _two);
        await room.SubmitAsync(_one);
        await room.SubmitAsync(_two);
        int batches = _chain.Node.BatchSizes.Count;

        await room.HeadAsync(2);

        Assert.That(_chain.Node.BatchSizes.Skip(batches), Is.EqualTo(new[] { 2, 2 }), "one for the fees, one for all flights");
        Assert.That(_store.Transactions.Select(transaction => transaction.Signer), Is.Unique);
    }

    [Test]
    public async Task A_bundle_that_is_not_mined_is_replaced_and_the_replacement_is_mined()
    {
        SubmissionRoom room = await RoomAsync(_one);
        await room.SubmitAsync(_one);
        await room.PassAsync(6);

        StoredTransaction[] versions = [.. _store.Transactions];
        Assert.That(versions, Has.Length.EqualTo(2));
        Assert.That(versions.Select(version => (version.BundleId, version.Nonce)).Distinct().Count(), Is.EqualTo(1));
        Assert.That(_chain.Pool.Single().Hash, Is.EqualTo(versions[1].TransactionHash));

        _chain.Mine();
        await room.HeadAsync(2);
        Assert.That(room.ReadOutcomes()[^1], Is.InstanceOf<SubmissionOutcome.Mined>().With.Property("Receipt").Property("TransactionHash").EqualTo(versions[1].TransactionHash));
    }

    [Test]
    public async Task A_bundle_that_lost_an_operation_is_cancelled_and_the_others_go_back()
    {
        SubmissionRoom room = await RoomAsync(_one, _two);
        Bundle bundle = (await room.SubmitAsync(_one, _two))!;
        await room.Pool.RemoveAsync([_one.UserOpHash], OperationState.Dropped, _ => "gone", null, CancellationToken.None);
        await room.HeadAsync(2);

        SignedTransaction pending = _chain.Pool.Single();
        Assert.That((pending.Transaction.To, pending.Transaction.Nonce), Is.EqualTo(((Address?)_signer, 0UL)));

        _chain.Mine();
        await room.HeadAsync(3);
        SubmissionOutcome last = room.ReadOutcomes()[^1];
        Assert.That(last, Is.InstanceOf<SubmissionOutcome.Abandoned>());
        Assert.That(last.UserOpHashes, Is.EqualTo(new[] { _one.UserOpHash, _two.UserOpHash }));
        Assert.That(_store.EndOf(bundle.Id), Is.EqualTo((BundleEnd.NonceTaken, (Hash32?)pending.Hash)));
    }

    [Test]
    public async Task A_bundle_whose_operations_left_the_pool_because_it_was_mined_is_not_cancelled()
    {
        SubmissionRoom room = await RoomAsync(_one);
        await room.SubmitAsync(_one);
        _chain.Mine();
        await room.Pool.RemoveAsync([_one.UserOpHash], OperationState.Included, _ => null, null, CancellationToken.None);
        await room.HeadAsync(2);

        Assert.That(_store.Transactions, Has.Count.EqualTo(1));
        Assert.That(room.ReadOutcomes()[^1], Is.InstanceOf<SubmissionOutcome.Mined>());
    }

    [Test]
    public async Task Several_bundles_of_one_signer_are_on_their_way_and_mined_in_one_block()
    {
        SubmissionRoom room = await RoomAsync(_one, _two, _three);
        Bundle[] bundles = [(await room.SubmitAsync(_one))!, (await room.SubmitAsync(_two))!, (await room.SubmitAsync(_three))!];
        Assert.That(_chain.Pool.Select(pending => pending.Transaction.Nonce), Is.EqualTo(new[] { 0UL, 1UL, 2UL }));

        _chain.Mine();
        await room.HeadAsync(2);

        Assert.That(bundles.Select(bundle => _store.EndOf(bundle.Id)!.Value.End), Is.All.EqualTo(BundleEnd.Mined));
        Assert.That(room.Signers.TryLease()!.Nonce, Is.EqualTo(3));
    }

    [Test]
    public async Task A_signers_bundles_reach_the_node_in_the_order_of_their_nonces()
    {
        SubmissionRoom room = await RoomAsync(_one, _two, _three);
        MempoolEntry[] entries = [_one, _two, _three];
        LeasedBundle[] leased = [.. entries.Select(entry => new LeasedBundle(SubmissionRoom.Bundle([.. room.Pool.Take([entry.UserOpHash])]), room.Signers.TryLease()!))];
        foreach (LeasedBundle bundle in leased.Reverse())
        {
            room.Board.Add(bundle);
        }

        await room.Board.ActAsync(CancellationToken.None);

        Assert.That(_chain.Heard.Select(heard => heard.Transaction.Nonce), Is.EqualTo(new[] { 0UL, 1UL, 2UL }));
    }

    [Test]
    public async Task A_bundle_that_no_node_takes_leaves_a_nonce_that_is_used_up_at_once_for_those_behind_it()
    {
        SubmissionRoom room = await RoomAsync(_one, _two);
        LeasedBundle first = new(SubmissionRoom.Bundle([.. room.Pool.Take([_one.UserOpHash])]), room.Signers.TryLease()!);
        await room.SubmitAsync(_two);
        _chain.Refusal = "exceeds block gas limit";
        room.Board.Add(first);
        await room.Board.ActAsync(CancellationToken.None);
        _chain.Refusal = null;
        await room.PassAsync(1);
        _chain.Mine();
        await room.HeadAsync(2);

        Assert.That(_chain.Mined.Select(mined => (mined.Transaction.Nonce, mined.Transaction.To == _signer)), Is.EqualTo(new[] { (0UL, true), (1UL, false) }));
        Assert.That(room.ReadOutcomes().OfType<SubmissionOutcome.Abandoned>().Single().UserOpHashes, Is.EqualTo(new[] { _one.UserOpHash }));
        Assert.That(await _store.LoadOpenAsync(CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task When_a_node_forgets_the_first_of_several_it_gets_it_again_and_all_are_mined()
    {
        SubmissionRoom room = await RoomAsync(_one, _two, _three);
        await room.SubmitAsync(_one);
        await room.SubmitAsync(_two);
        await room.SubmitAsync(_three);
        _chain.Forget(nonce: 0);
        await room.PassAsync(8);
        _chain.Mine();
        await room.HeadAsync(2);

        Assert.That(_chain.Mined.Select(mined => mined.Transaction.To), Is.All.EqualTo(A.EntryPoint.Address));
        Assert.That(_chain.Mined, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_node_that_wants_more_raises_the_floor_and_the_bundle_pays_what_it_says()
    {
        SubmissionRoom room = await RoomAsync(_one);
        _chain.MinimumTip = 200;
        await room.SubmitAsync(_one);

        Assert.That(room.Floor.Tip, Is.EqualTo((UInt256)200));
        Assert.That(_chain.Pool.Single().Transaction, Is.InstanceOf<FeeMarketTransaction>().With.Property("MaxPriorityFeePerGas").EqualTo((UInt256)200));
    }

    [Test]
    public async Task A_bundle_that_is_cancelled_keeps_those_behind_it_going()
    {
        SubmissionRoom room = await RoomAsync(_one, _two);
        await room.SubmitAsync(_one);
        Bundle behind = (await room.SubmitAsync(_two))!;
        await room.Pool.RemoveAsync([_one.UserOpHash], OperationState.Dropped, _ => "gone", null, CancellationToken.None);
        await room.HeadAsync(2);
        _chain.Mine();
        await room.HeadAsync(3);

        Assert.That(_chain.Mined.Select(mined => mined.Transaction.To == _signer), Is.EqualTo(new[] { true, false }));
        Assert.That(_store.EndOf(behind.Id)!.Value.End, Is.EqualTo(BundleEnd.Mined));
    }

    [Test]
    public async Task After_a_restart_all_of_a_signers_bundles_are_taken_up_and_the_next_gets_the_nonce_behind_them()
    {
        SubmissionRoom first = await RoomAsync(_one, _two);
        await first.SubmitAsync(_one);
        await first.SubmitAsync(_two);
        SubmissionRoom second = await RoomAsync(_one, _two, _three);
        await second.SubmitAsync(_three);
        _chain.Mine();
        await second.HeadAsync(2);

        Assert.That(_chain.Mined.Select(mined => mined.Transaction.Nonce), Is.EqualTo(new[] { 0UL, 1UL, 2UL }));
        Assert.That(second.ReadOutcomes().OfType<SubmissionOutcome.Mined>().Count(), Is.EqualTo(3));
    }

    [Test]
    public async Task A_foreign_transaction_with_the_nonce_gives_the_operations_back_and_the_next_bundle_gets_the_next_nonce()
    {
        SubmissionRoom room = await RoomAsync(_one);
        await room.SubmitAsync(_one);
        _chain.Forget();
        _chain.SetNonce(_signer, 1);
        await room.PassAsync(8);

        Assert.That(room.ReadOutcomes()[^1], Is.InstanceOf<SubmissionOutcome.Abandoned>().With.Property("Reason").Contains("taken by another transaction"));
        Assert.That(room.Signers.TryLease(), Is.Null, "whoever sent it may send more");
        await room.PassAsync(32);
        Assert.That(room.Signers.TryLease()!.Nonce, Is.EqualTo(1));
    }

    [Test]
    public async Task A_nonce_that_was_foreign_before_sending_costs_one_refusal()
    {
        SubmissionRoom room = await RoomAsync(_one);
        _chain.SetNonce(_signer, 3);
        await room.SubmitAsync(_one);

        Assert.That(room.ReadOutcomes().Single(), Is.InstanceOf<SubmissionOutcome.Abandoned>());
        Assert.That(_chain.Node.CountOf("eth_sendRawTransaction"), Is.EqualTo(1));
        await room.PassAsync(33);
        Assert.That(room.Signers.TryLease()!.Nonce, Is.EqualTo(3));
    }

    [Test]
    public async Task A_gap_that_a_lie_about_the_nonce_made_is_filled_and_the_bundle_is_mined()
    {
        _chain.SetNonce(_signer, 2);
        SubmissionRoom room = await RoomAsync(_one);
        await room.SubmitAsync(_one);
        _chain.SetNonce(_signer, 0);
        await room.PassAsync(9);
        _chain.Mine();
        await room.HeadAsync(2);

        Assert.That(_chain.Mined.Select(mined => mined.Transaction.Nonce), Is.EqualTo(new[] { 0UL, 1UL, 2UL }));
        Assert.That(_chain.Mined.Select(mined => mined.Transaction.To == _signer), Is.EqualTo(new[] { true, true, false }));
        Assert.That(room.ReadOutcomes().Where(outcome => outcome is not SubmissionOutcome.Sent).Single(), Is.InstanceOf<SubmissionOutcome.Mined>());
        Assert.That(await _store.LoadOpenAsync(CancellationToken.None), Is.Empty);
        Assert.That(room.Signers.TryLease()!.Nonce, Is.EqualTo(3));
    }

    [Test]
    public async Task Nothing_is_sent_while_the_store_fails_and_it_goes_on_when_it_works_again()
    {
        SubmissionRoom room = await RoomAsync(_one);
        _store.BeforeWrite = () => throw new IOException("the disk is full");

        Assert.That(() => room.SubmitAsync(_one), Throws.TypeOf<IOException>());
        Assert.That(() => room.PassAsync(1), Throws.TypeOf<IOException>());
        Assert.That(_chain.Node.CountOf("eth_sendRawTransaction"), Is.Zero);

        _store.BeforeWrite = null;
        await room.PassAsync(1);
        Assert.That(_chain.Pool, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_outcome_that_could_not_be_closed_is_closed_later_and_reported_once()
    {
        SubmissionRoom room = await RoomAsync(_one);
        Bundle bundle = (await room.SubmitAsync(_one))!;
        _chain.Mine();
        _store.BeforeWrite = () => throw new IOException("the disk is full");
        Assert.That(() => room.HeadAsync(2), Throws.TypeOf<IOException>());
        Assert.That(room.Signers.InFlight, Is.EqualTo(1));

        _store.BeforeWrite = null;
        await room.PassAsync(1);

        Assert.That(room.ReadOutcomes().OfType<SubmissionOutcome.Mined>().Count(), Is.EqualTo(1));
        Assert.That(_store.EndOf(bundle.Id), Is.Not.Null);
        Assert.That(room.Signers.TryLease(), Is.Not.Null);
    }

    [Test]
    public async Task A_key_that_does_not_sign_gives_its_bundle_back_and_is_not_leased_before_it_signs_again()
    {
        (SubmissionRoom room, RemoteSigner remote) = await BesideRemoteAsync();
        remote.Fault = new SignerUnavailableException(SignerFault.KeyDisabled, "a key", "it is disabled");
        await room.Board.ActAsync(CancellationToken.None);
        _chain.Mine();
        await room.HeadAsync(2);

        SubmissionOutcome[] outcomes = [.. room.ReadOutcomes()];
        Assert.That(outcomes.OfType<SubmissionOutcome.Abandoned>().Single().UserOpHashes, Is.EqualTo(new[] { _one.UserOpHash }));
        Assert.That(outcomes.OfType<SubmissionOutcome.Mined>().Single().UserOpHashes, Is.EqualTo(new[] { _two.UserOpHash }));
        Assert.That(_store.Transactions.Select(transaction => transaction.Signer), Is.EqualTo(new[] { _signer }));
        await room.PassAsync(60);
        Assert.That(Enumerable.Range(0, 20).Select(_ => room.Signers.TryLease()?.Address).OfType<Address>().Distinct(), Is.EqualTo(new[] { _signer }));

        remote.Fault = null;
        await room.Signers.Signers.Single(signer => signer.Address == RemoteSigner.Of).ProbeAsync(CancellationToken.None);
        Assert.That(room.Signers.TryLease()!.Address, Is.EqualTo(RemoteSigner.Of));
    }

    [Test]
    public async Task A_slow_key_holds_nobody_else_up_and_its_signature_is_used_when_it_comes()
    {
        (SubmissionRoom room, RemoteSigner remote) = await BesideRemoteAsync();
        remote.Waits = new TaskCompletionSource();
        Task step = room.Board.ActAsync(CancellationToken.None);
        room.Clock.Advance(TimeSpan.FromSeconds(1));
        await step;
        _chain.Mine();
        await room.HeadAsync(2);

        Assert.That(room.ReadOutcomes().OfType<SubmissionOutcome.Mined>().Single().UserOpHashes, Is.EqualTo(new[] { _two.UserOpHash }));
        Assert.That(room.Board.Count, Is.EqualTo(1));

        remote.Waits.SetResult();
        await room.PassAsync(1);
        _chain.Mine();
        await room.HeadAsync(3);
        Assert.That(room.ReadOutcomes().OfType<SubmissionOutcome.Mined>().Single().UserOpHashes, Is.EqualTo(new[] { _one.UserOpHash }));
        Assert.That(remote.Asked, Is.EqualTo(1));
    }

    [Test]
    public async Task A_key_that_goes_down_with_a_bundle_in_flight_neither_loses_it_nor_signs_it_twice()
    {
        (SubmissionRoom room, RemoteSigner remote) = await BesideRemoteAsync();
        await room.Board.ActAsync(CancellationToken.None);
        remote.Fault = new SignerUnavailableException(SignerFault.TimedOut, "a key", "no answer");
        for (int i = 0; i < 30; i++)
        {
            await room.PassAsync(1);
        }

        Assert.That(_store.Transactions.Count(transaction => transaction.Signer == RemoteSigner.Of), Is.EqualTo(1));
        _chain.Mine();
        await room.HeadAsync(2);
        Assert.That(room.ReadOutcomes().OfType<SubmissionOutcome.Mined>().SelectMany(mined => mined.UserOpHashes), Is.EquivalentTo(new[] { _one.UserOpHash, _two.UserOpHash }));
    }

    [Test]
    public async Task An_unfunded_signer_holds_its_bundle_until_it_is_funded()
    {
        SubmissionRoom room = new(_chain.Node, _store, new SubmissionOptions { ReplaceAfterSeconds = 3_600 });
        _rooms.Add(room);
        await room.StartAsync(_one);
        _chain.Refusal = "insufficient funds for gas * price + value";
        await room.SubmitAsync(_one);
        await room.PassAsync(20);
        Assert.That(room.ReadOutcomes(), Is.Empty);

        _chain.Refusal = null;
        await room.PassAsync(16);

        Assert.That(room.ReadOutcomes().Single(), Is.InstanceOf<SubmissionOutcome.Sent>());
        Assert.That(_store.Transactions, Has.Count.EqualTo(1), "the same bytes");
    }

    [Test]
    public async Task After_a_restart_the_same_bytes_are_sent_again_and_the_operations_are_taken()
    {
        SubmissionRoom first = await RoomAsync(_one);
        await first.SubmitAsync(_one);
        _chain.Forget();

        SubmissionRoom second = await RoomAsync(_one);

        Assert.That(_chain.Pool.Single().Hash, Is.EqualTo(_store.Transactions.Single().TransactionHash));
        Assert.That(second.Pool.TryGet(_one.UserOpHash, out MempoolEntry? entry) ? entry.State : default, Is.EqualTo(EntryState.Bundled));
        Assert.That(second.Signers.InFlight, Is.EqualTo(1));
        _chain.Mine();
        await second.HeadAsync(2);
        Assert.That(second.ReadOutcomes()[^1], Is.InstanceOf<SubmissionOutcome.Mined>());
        Assert.That(second.Signers.TryLease()!.Nonce, Is.EqualTo(1));
    }

    [Test]
    public async Task What_was_mined_while_the_node_was_down_is_reported_after_the_restart_and_not_sent_again()
    {
        SubmissionRoom first = await RoomAsync(_one);
        await first.SubmitAsync(_one);
        _chain.Mine();

        SubmissionRoom second = await RoomAsync();

        Assert.That(second.ReadOutcomes().Single(), Is.InstanceOf<SubmissionOutcome.Mined>());
        Assert.That(_chain.Node.CountOf("eth_sendRawTransaction"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_restarted_bundle_can_still_be_replaced_up_to_what_its_operations_pay()
    {
        SubmissionRoom first = await RoomAsync(_one);
        await first.SubmitAsync(_one);
        SubmissionRoom second = await RoomAsync(_one);
        await second.PassAsync(50);

        StoredTransaction[] versions = [.. _store.Transactions];
        Assert.That(versions, Has.Length.GreaterThan(2));
        Assert.That(versions.Select(version => version.Nonce).Distinct().Single(), Is.Zero);
        Assert.That(versions.All(version => version.MaxFeePerGas <= 1_000 && version.MaxPriorityFeePerGas <= 500), Is.True);
    }

    [Test]
    public async Task A_bundle_of_a_signer_that_is_gone_is_sent_again_as_it_is()
    {
        SubmissionRoom first = await RoomAsync(_one);
        await first.SubmitAsync(_one);
        _chain.Forget();
        SubmissionRoom second = new(_chain.Node, _store, signers: []);
        _rooms.Add(second);
        await second.StartAsync(_one);
        await second.PassAsync(120);

        Assert.That(_chain.Pool.Single().Hash, Is.EqualTo(_store.Transactions.Single().TransactionHash));
    }

    [Test]
    public async Task A_jump_of_the_wall_clock_changes_nothing([Values(-1, 1)] int hours)
    {
        SubmissionRoom room = await RoomAsync(_one);
        await room.SubmitAsync(_one);
        room.Clock.Jump(TimeSpan.FromHours(hours));
        await room.PassAsync(2);

        Assert.That(_store.Transactions, Has.Count.EqualTo(1));
        Assert.That(room.Board.Count, Is.EqualTo(1));
    }

    /// <summary>The process dies at its k-th word with the world outside: nothing is lost, nothing is mined twice, no second nonce is used.</summary>
    [Test]
    public async Task It_survives_a_crash_at_every_word_with_the_world([Range(1, 30)] int fatal, [Values] bool heard)
    {
        int words = 0;
        bool dead = false;
        CrashingNode node = new(_chain.Node, Count, heard);
        _store.BeforeWrite = Count;
        SubmissionRoom first = new(node, _store);
        _rooms.Add(first);
        try
        {
            await LiveAsync(first);
        }
        catch (CrashException)
        {
            dead = true;
        }

        _store.BeforeWrite = null;
        if (dead)
        {
            MempoolEntry[] left = [.. new[] { _one, _two }.Where(entry => !_chain.Mined.Any(mined => Carries(mined, entry)))];
            SubmissionRoom second = await RoomAsync(left);
            for (ulong block = 10; block < 80; block++)
            {
                Hash32[] waiting = [.. second.Pool.Candidates(0, 10).Select(entry => entry.UserOpHash)];
                if (waiting.Length > 0)
                {
                    await second.SubmitAsync([.. left.Where(entry => waiting.Contains(entry.UserOpHash))]);
                }

                _chain.Mine();
                second.Clock.Advance(TimeSpan.FromSeconds(1));
                await second.HeadAsync(block);
                await second.Board.OnTickAsync(CancellationToken.None);
                foreach (SubmissionOutcome.Abandoned abandoned in second.ReadOutcomes().OfType<SubmissionOutcome.Abandoned>())
                {
                    second.Pool.Release(abandoned.UserOpHashes);
                }
            }
        }

        Assert.That(_chain.Mined.Count(mined => Carries(mined, _one)), Is.EqualTo(1));
        Assert.That(_chain.Mined.Count(mined => Carries(mined, _two)), Is.EqualTo(1));
        Assert.That(await _store.LoadOpenAsync(CancellationToken.None), Is.Empty);
        foreach (IGrouping<Guid, StoredTransaction> bundle in _store.Transactions.GroupBy(transaction => transaction.BundleId))
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
        _chain.Mine();
        await room.HeadAsync(2);
        await room.PassAsync(1);
        await room.SubmitAsync(_two);
        await room.HeadAsync(3);
        _chain.Mine();
        await room.HeadAsync(4);
    }

    private Task<SubmissionRoom> RoomAsync(params MempoolEntry[] pending) => RoomAsync(1, pending);

    private async Task<SubmissionRoom> RoomAsync(int keys, params MempoolEntry[] pending)
    {
        SubmissionRoom room = new(_chain.Node, _store, keys: keys);
        _rooms.Add(room);
        await room.StartAsync(pending);
        return room;
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

    /// <summary>A bundle of the first operation with a key behind a service, and one of the second with a local key; nothing is signed yet.</summary>
    private async Task<(SubmissionRoom Room, RemoteSigner Remote)> BesideRemoteAsync()
    {
        RemoteSigner remote = new();
        SubmissionRoom room = new(_chain.Node, _store, signers: [remote, new LocalKeySigner(PrivateKey.Parse(DevAccounts.All[1].PrivateKey))]);
        _rooms.Add(room);
        await room.StartAsync(_one, _two);
        SignerLease[] leases = [room.Signers.TryLease()!, room.Signers.TryLease()!];
        room.Board.Add(new LeasedBundle(SubmissionRoom.Bundle([.. room.Pool.Take([_one.UserOpHash])]), leases.Single(lease => lease.Address == RemoteSigner.Of)));
        room.Board.Add(new LeasedBundle(SubmissionRoom.Bundle([.. room.Pool.Take([_two.UserOpHash])]), leases.Single(lease => lease.Address == _signer)));
        return (room, remote);
    }

    /// <summary>A key behind a service that can be down or slow.</summary>
    private sealed class RemoteSigner : ISigner
    {
        public static readonly Address Of = DevAccounts.All[8].Address;

        public Address Address => Of;

        public SignerUnavailableException? Fault { get; set; }

        public TaskCompletionSource? Waits { get; set; }

        public int Asked { get; private set; }

        public async ValueTask<Signature> SignAsync(Hash32 digest, CancellationToken cancellationToken)
        {
            Asked++;
            await (Waits?.Task ?? Task.CompletedTask);
            using PrivateKey key = PrivateKey.Parse(DevAccounts.All[8].PrivateKey);
            return Fault is null ? key.Sign(digest) : throw Fault;
        }
    }
}
