using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling;

public sealed class BundleDraftTests
{
    [Test]
    public void A_slot_that_the_draft_reads_and_the_next_operation_reads_is_no_conflict() =>
        Assert.That(Of(Slots.Entry(1, reads: [7])).Inside.Conflict(Slots.Entry(2, reads: [7])), Is.Null);

    [Test]
    public void A_slot_that_the_draft_writes_and_the_next_operation_reads_is_a_conflict() =>
        Assert.That(Of(Slots.Entry(1, writes: [7])).Inside.Conflict(Slots.Entry(2, reads: [6, 7])), Is.EqualTo(Slots.Number(7)));

    [Test]
    public void A_slot_that_the_draft_reads_and_the_next_operation_writes_is_a_conflict() =>
        Assert.That(Of(Slots.Entry(1, reads: [7])).Inside.Conflict(Slots.Entry(2, writes: [7])), Is.EqualTo(Slots.Number(7)));

    [Test]
    public void A_slot_that_both_write_is_a_conflict() =>
        Assert.That(Of(Slots.Entry(1, writes: [7])).Inside.Conflict(Slots.Entry(2, writes: [7])), Is.EqualTo(Slots.Number(7)));

    [Test]
    public void Different_slots_of_one_contract_are_no_conflict() =>
        Assert.That(Of(Slots.Entry(1, writes: [7])).Inside.Conflict(Slots.Entry(2, writes: [8])), Is.Null);

    [Test]
    public void Operations_of_one_sender_do_not_conflict_with_each_other() =>
        Assert.That(Of(Slots.Entry(1, writes: [7])).Inside.Conflict(Slots.Entry(1, nonce: 1, writes: [7])), Is.Null);

    [Test]
    public void An_operation_that_was_only_restored_shows_no_conflict() =>
        Assert.That(Of(Slots.Entry(1, writes: [7])).Inside.Conflict(Slots.Entry(2, writes: [7]) with { Validation = null }), Is.Null);

    [Test]
    public void Gas_is_that_of_a_transaction_with_all_operations()
    {
        MempoolEntry entry = A.Entry(A.UserOperation());

        Assert.That(Of(entry).Gas, Is.EqualTo(BundleGas.Needed(A.EntryPoint, entry.Operation, A.EntryPoint.Operations.Pack(entry.Operation))));
    }

    [Test]
    public void A_paymasters_cost_is_that_of_all_its_operations()
    {
        UserOperation sponsored = A.UserOperation() with { Paymaster = A.Paymaster };

        BundleDraft draft = Of(A.Entry(sponsored), A.Entry(sponsored with { Sender = A.AddressOf(2) }), A.Entry(A.UserOperation()));

        Assert.That(draft.PaymasterCost(A.Paymaster), Is.EqualTo(A.EntryPoint.RequiredPrefund(sponsored) * 2));
    }

    [Test]
    public void EREP_010_a_paymasters_cost_is_also_that_of_its_operations_in_flight()
    {
        UserOperation sponsored = A.UserOperation() with { Paymaster = A.Paymaster };

        BundleDraft draft = new(A.EntryPoint, A.Fees, [A.Entry(sponsored)]);
        draft.Add(A.Entry(sponsored with { Sender = A.AddressOf(2) }));

        Assert.That(draft.PaymasterCost(A.Paymaster), Is.EqualTo(A.EntryPoint.RequiredPrefund(sponsored) * 2));
    }

    [Test]
    public void What_is_in_flight_takes_no_room_in_the_draft()
    {
        BundleDraft draft = new(A.EntryPoint, A.Fees, [A.Entry(A.UserOperation(), A.Validation() with { ContextLength = 7 })]);
        BundleDraft empty = new(A.EntryPoint, A.Fees);

        Assert.That((draft.Gas, draft.Bytes, draft.ContextBytes, draft.Entries.Count), Is.EqualTo((empty.Gas, empty.Bytes, 0, 0)));
    }

    [Test]
    public void Context_bytes_add_up() =>
        Assert.That(Of(Context(10), Context(32)).ContextBytes, Is.EqualTo(42));

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    [TestCase(EntryPointVersion.V09)]
    public void LIM_040_bytes_are_never_less_than_the_call_data(EntryPointVersion version)
    {
        EntryPoint entryPoint = EntryPointCatalog.Create(version, A.Contract);
        Random random = new(40);
        for (int round = 0; round < 50; round++)
        {
            UserOperation[] operations = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.NextOperation(version))];
            BundleDraft draft = new(entryPoint, A.Fees);
            foreach (UserOperation operation in operations)
            {
                draft.Add(A.Entry(A.UserOperation()) with { Operation = operation, EntryPoint = entryPoint, Size = entryPoint.Operations.Pack(operation).Length });
            }

            int callData = entryPoint.Bundles.EncodeHandleOps([.. draft.Entries.Select(entry => entry.Operation)], A.Account).Length;

            Assert.That(draft.Bytes, Is.InRange(callData, callData + 32 * (operations.Length + 5)));
        }
    }

    private static MempoolEntry Context(int length) => A.Entry(A.UserOperation(), A.Validation() with { ContextLength = length });

    private static BundleDraft Of(params MempoolEntry[] entries)
    {
        BundleDraft draft = new(A.EntryPoint, A.Fees);
        foreach (MempoolEntry entry in entries)
        {
            draft.Add(entry);
        }

        return draft;
    }
}
