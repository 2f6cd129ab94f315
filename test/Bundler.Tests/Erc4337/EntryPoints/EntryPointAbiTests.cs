using System.Globalization;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Erc4337;

/// <summary>The signatures in code against the published interfaces: what one has, the other must have too.</summary>
public sealed class EntryPointAbiTests
{
    [Test]
    public void Every_event_of_the_interface_is_known_in_code_with_its_topic([Values] EntryPointVersion version)
    {
        // EIP712DomainChanged belongs to OpenZeppelin's EIP712 and is never emitted by the EntryPoint.
        Dictionary<string, Hash32> known = Declared<AbiEvent>(typeof(EntryPointEvents)).ToDictionary(item => item.Name, item => item.Topic);

        Assert.That(
            EntryPointAbi.Of(version).Events.Where(item => item.Name != "EIP712DomainChanged"),
            Is.All.Matches<AbiEvent>(item => known.TryGetValue(item!.Name, out Hash32 topic) && topic == item.Topic));
    }

    [Test]
    public void Every_event_in_code_has_the_indexed_fields_of_the_interface()
    {
        AbiContract newest = EntryPointAbi.Of(EntryPointVersion.V09);

        Assert.That(
            Declared<AbiEvent>(typeof(EntryPointEvents)),
            Is.All.Matches<AbiEvent>(item => newest.Event(item!.Name).Inputs.Equals(item.Inputs)));
    }

    [Test]
    public void Every_error_of_the_interface_is_known_in_code([Values] EntryPointVersion version)
    {
        // The last two belong to OpenZeppelin's ShortStrings, used in the constructor only.
        string[] foreign = ["InvalidShortString", "StringTooLong"];
        HashSet<string> known = [.. EntryPointErrors.Of(version).Select(error => error.Signature)];

        Assert.That(
            known,
            Is.EquivalentTo(EntryPointAbi.Of(version).Errors.Where(error => !foreign.Contains(error.Name)).Select(error => error.Signature)));
    }

    [Test]
    public void Every_call_in_code_is_in_an_interface()
    {
        HashSet<string> published = [.. Enum.GetValues<EntryPointVersion>().SelectMany(version => EntryPointAbi.Of(version).Functions).Select(f => f.Signature)];
        AbiFunction[] elsewhere = [EntryPointCalls.CreateSender, EntryPointCalls.InitEip7702Sender];

        Assert.That(Declared<AbiFunction>(typeof(EntryPointCalls)).Except(elsewhere).Select(f => f.Signature), Is.SubsetOf(published));
    }

    [Test]
    public void The_calls_with_operations_are_those_of_the_interface([Values] EntryPointVersion version)
    {
        AbiContract contract = EntryPointAbi.Of(version);
        OperationCalls calls = OperationCalls.Of(version);

        Assert.That(calls.HandleOps.Selector, Is.EqualTo(contract.Function("handleOps").Selector));
        Assert.That(calls.HandleAggregatedOps.Selector, Is.EqualTo(contract.Function("handleAggregatedOps").Selector));
        Assert.That(calls.GetUserOpHash.Selector, Is.EqualTo(contract.Function("getUserOpHash").Selector));
        Assert.That(calls.InnerHandleOp.Selector, Is.EqualTo(contract.Function("innerHandleOp").Selector));
    }

    private static IEnumerable<TestCaseData> CallsOfOtherContracts()
    {
        OperationCalls v06 = OperationCalls.V06;
        OperationCalls v07 = OperationCalls.V07;
        yield return Selector(v06.PostOp, "a9a23409");
        yield return Selector(v07.PostOp, "7c627b21");
        yield return Selector(v06.ValidateUserOpSignature, "64c530cd");
        yield return Selector(v07.ValidateUserOpSignature, "062a422b");
        yield return Selector(v06.AggregateSignatures, "275e2d79");
        yield return Selector(v07.AggregateSignatures, "ae574a43");
        yield return Selector(v07.ExecuteUserOp, "8dd7712f");
        yield return Selector(EntryPointCalls.InitEip7702Sender, "c09ad0d9");
    }

    [TestCaseSource(nameof(CallsOfOtherContracts))]
    public void A_call_of_another_contract_has_the_selector_known_in_the_field(AbiFunction function, string selector) =>
        Assert.That(function.Selector.ToString("x8", CultureInfo.InvariantCulture), Is.EqualTo(selector));

    private static TestCaseData Selector(AbiFunction function, string selector) =>
        new TestCaseData(function, selector).SetArgDisplayNames(function.Name, selector);

    private static List<T> Declared<T>(Type type) =>
        [.. type.GetProperties().Where(property => property.PropertyType == typeof(T)).Select(property => (T)property.GetValue(null)!)];
}
