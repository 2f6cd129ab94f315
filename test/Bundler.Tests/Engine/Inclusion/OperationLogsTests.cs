using System.Text.Json.Nodes;
using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Client;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Inclusion;

public sealed class OperationLogsTests
{
    private static readonly JsonObject[] _bundleOfThree =
    [
        Logs.AccountDeployed(1),        // 0
        Logs.Foreign(100),              // 1: a paymaster's or factory's validation
        Logs.AccountDeployed(3),        // 2
        Logs.BeforeExecution(),         // 3
        Logs.Foreign(101),              // 4
        Logs.Ended(1),                  // 5
        Logs.Foreign(102),              // 6
        Logs.Foreign(103),              // 7
        Logs.Ended(2),                  // 8
        Logs.Ended(3),                  // 9
    ];

    [TestCase(5, new[] { 0, 4, 5 })]
    [TestCase(8, new[] { 6, 7, 8 })]
    [TestCase(9, new[] { 2, 9 })]
    public void Each_operation_of_a_bundle_has_its_deployment_and_its_execution(int ended, int[] expected) =>
        Assert.That(Slice(ended, _bundleOfThree), Is.EqualTo(expected));

    [Test]
    public void A_foreign_log_with_the_userOpHash_from_the_validation_phase_does_not_belong() =>
        Assert.That(
            Slice(2, Logs.Foreign(1, Logs.HashOf(0), Logs.HashOf(1)), Logs.BeforeExecution(), Logs.Ended(1)), Is.EqualTo(new[] { 2 }));

    [Test]
    public void A_foreign_log_that_looks_like_the_end_of_an_operation_ends_nothing() =>
        Assert.That(
            Slice(3, Logs.BeforeExecution(), Logs.Foreign(1), Forged(Logs.Ended(7)), Logs.Ended(1)), Is.EqualTo(new[] { 1, 2, 3 }));

    [Test]
    public void Logs_of_whoever_called_the_EntryPoint_do_not_belong() =>
        Assert.That(Slice(2, Logs.Foreign(1), Logs.BeforeExecution(), Logs.Ended(1), Logs.Foreign(2)), Is.EqualTo(new[] { 2 }));

    [TestCase(3, new[] { 0, 2, 3 })]
    [TestCase(7, new[] { 4, 6, 7 })]
    public void Two_EntryPoints_in_one_transaction_keep_their_logs_apart(int ended, int[] expected) =>
        Assert.That(
            Slice(
                ended,
                Logs.AccountDeployed(1), Logs.BeforeExecution(), Logs.Foreign(1), Logs.Ended(1),
                Logs.AccountDeployed(2, Logs.Other), Logs.BeforeExecution(Logs.Other), Logs.Foreign(2), Logs.Ended(2, Logs.Other)),
            Is.EqualTo(expected));

    [TestCase(3, new[] { 0, 2, 3 })]
    [TestCase(7, new[] { 4, 6, 7 })]
    public void Two_bundles_for_one_EntryPoint_in_one_transaction_keep_their_logs_apart(int ended, int[] expected) =>
        Assert.That(
            Slice(
                ended,
                Logs.AccountDeployed(1), Logs.BeforeExecution(), Logs.Foreign(1), Logs.Ended(1),
                Logs.AccountDeployed(2), Logs.BeforeExecution(), Logs.Foreign(2), Logs.Ended(2)),
            Is.EqualTo(expected));

    [TestCase(4, new[] { 3, 4 })]
    [TestCase(6, new[] { 1, 2, 3, 4, 5, 6 })]
    public void An_operation_that_runs_a_bundle_at_another_EntryPoint_owns_its_logs_too(int ended, int[] expected) =>
        Assert.That(
            Slice(
                ended,
                Logs.BeforeExecution(), Logs.Foreign(1),
                Logs.BeforeExecution(Logs.Other), Logs.Foreign(2), Logs.Ended(2, Logs.Other),
                Logs.Foreign(3), Logs.Ended(1)),
            Is.EqualTo(expected));

    [TestCase(3, new[] { 2, 3 })]
    [TestCase(6, new[] { 5, 6 })]
    public void The_change_of_aggregator_belongs_to_no_operation(int ended, int[] expected) =>
        Assert.That(
            Slice(
                ended,
                Logs.BeforeExecution(), Logs.AggregatorChanged(A.Contract), Logs.Foreign(1), Logs.Ended(1),
                Logs.AggregatorChanged(A.Factory), Logs.Foreign(2), Logs.Ended(2)),
            Is.EqualTo(expected));

    private static JsonObject Forged(JsonObject log)
    {
        log["address"] = A.Contract.ToLowerHex();
        return log;
    }

    /// <summary>The places of the slice's logs in the receipt.</summary>
    private static int[] Slice(int ended, params JsonObject[] receipt)
    {
        LogEntry[] logs = [.. Logs.Read(receipt)];
        return [.. OperationLogs.Slice(logs, ended).Select(log => Array.FindIndex(logs, candidate => ReferenceEquals(candidate, log)))];
    }
}
