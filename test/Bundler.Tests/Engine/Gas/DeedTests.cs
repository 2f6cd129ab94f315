using System.Text.Json;
using Bundler.Engine.Gas;
using Bundler.Engine.Validation.Tracing;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Gas;

internal sealed class DeedTests
{
    private const string NoChange = """{"pre":{},"post":{}}""";
    private const string Account = "0x00000000000000000000000000000000000000aa";
    private const string SlotOne = "0x0000000000000000000000000000000000000000000000000000000000000001";
    private const string SlotTwo = "0x0000000000000000000000000000000000000000000000000000000000000002";

    [Test]
    public void What_it_costs_is_no_part_of_it() =>
        Assert.That(Of(Run(Call(9, gasUsed: 5_000))).Equals(Of(Run(Call(9, gasUsed: 7_000)))), Is.True);

    [Test]
    public void A_frame_that_failed_or_went_elsewhere_makes_another_deed()
    {
        Deed deed = Of(Run(Call(9)));

        Assert.That(deed.Equals(Of(Run(Call(9, error: "out of gas")))), Is.False);
        Assert.That(deed.Equals(Of(Run(Call(8)))), Is.False);
        Assert.That(deed.Equals(Of(Run())), Is.False);
        Assert.That(deed.Equals(Of(Run(Call(9, input: "0x1234567801")))), Is.False);
    }

    [Test]
    public void A_log_with_other_topics_or_other_data_makes_another_deed()
    {
        Deed deed = Of(Run(), Log(topic: 1, "0x01"));

        Assert.That(deed.Equals(Of(Run(), Log(topic: 1, "0x01"))), Is.True);
        Assert.That(deed.Equals(Of(Run(), Log(topic: 1, "0x02"))), Is.False);
        Assert.That(deed.Equals(Of(Run(), Log(topic: 2, "0x01"))), Is.False);
    }

    [Test]
    public void A_slot_with_another_value_another_slot_or_one_that_was_cleared_makes_another_deed()
    {
        Deed deed = Of(Run(), Change(SlotOne, SlotTwo));

        Assert.That(deed.Equals(Of(Run(), Change(SlotOne, SlotTwo))), Is.True);
        Assert.That(deed.Equals(Of(Run(), Change(SlotOne, SlotOne))), Is.False);
        Assert.That(deed.Equals(Of(Run(), Change(SlotTwo, SlotTwo))), Is.False);
        Assert.That(deed.Equals(Of(Run(), Cleared)), Is.False);
    }

    [Test]
    public void What_two_ample_runs_do_not_agree_upon_is_not_asked_for()
    {
        Deed ample = Of(Run(Call(9)), Log(topic: 1, "0x10"));
        Deed nearlyAmple = Of(Run(Call(9)), Log(topic: 1, "0x0f"));

        Assert.That(Of(Run(Call(9)), Log(topic: 1, "0x03")).IsAsAmple(ample, nearlyAmple), Is.True);
        Assert.That(Of(Run(Call(9)), Log(topic: 2, "0x03")).IsAsAmple(ample, nearlyAmple), Is.False);
        Assert.That(Of(Run(Call(9), Call(8)), Log(topic: 1, "0x03")).IsAsAmple(ample, nearlyAmple), Is.False, "more than ample gas does");
        Assert.That(Of(Run(), Log(topic: 1, "0x03")).IsAsAmple(ample, nearlyAmple), Is.False, "less");
    }

    private static Deed Of(CallFrame root, string difference = NoChange) => Of(root, null, difference);

    private static Deed Of(CallFrame root, TracedLog? log, string difference = NoChange) =>
        Deed.Of(new CallTrace(root, log is null ? [] : [log]), JsonElement.Parse(difference));

    private static CallFrame Run(params CallFrame[] calls) =>
        new() { Kind = CallKind.Call, From = A.AddressOf(1), To = A.AddressOf(2), Calls = calls };

    private static CallFrame Call(byte to, ulong gasUsed = 0, string? error = null, string input = "0x12345678") =>
        new() { Kind = CallKind.Call, From = A.AddressOf(2), To = A.AddressOf(to), GasUsed = gasUsed, Error = error, Input = Bytes.Parse(input) };

    private static TracedLog Log(byte topic, string data) =>
        new(A.AddressOf(9), [Hash32.From((UInt256)topic)], Bytes.Parse(data));

    private static string Change(string slot, string value) =>
        $$$"""{"pre":{"{{{Account}}}":{}},"post":{"{{{Account}}}":{"storage":{"{{{slot}}}":"{{{value}}}"} } } }""";

    private static string Cleared =>
        $$$"""{"pre":{"{{{Account}}}":{"storage":{"{{{SlotOne}}}":"{{{SlotOne}}}"} } },"post":{"{{{Account}}}":{} } }""";
}
