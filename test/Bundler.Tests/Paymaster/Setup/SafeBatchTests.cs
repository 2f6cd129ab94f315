using System.Text.Json.Nodes;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Setup;

namespace Bundler.Tests.Paymaster.Setup;

/// <summary>The file that Safe's Transaction Builder imports. The checksum was computed by its own algorithm in JavaScript.</summary>
public sealed class SafeBatchTests
{
    private static readonly JsonObject _batch = JsonNode.Parse(
        """
        {"version":"1.0","chainId":"56","createdAt":1700000000000,"meta":{"name":"any","description":"with \"quotes\", a \\ and\na line","txBuilderVersion":"1.17.1",
        "createdFromSafeAddress":"0x00000000000000000000000000000000000000A1","createdFromOwnerAddress":""},"transactions":[
        {"to":"0x00000000000000000000000000000000000000F1","value":"5","data":"0x01","contractMethod":null,"contractInputsValues":null},
        {"to":"0x00000000000000000000000000000000000000F2","value":"0","data":"0x","contractMethod":null,"contractInputsValues":null}]}
        """)!.AsObject();

    [Test]
    public void The_checksum_is_that_of_the_Transaction_Builder() =>
        Assert.That(SafeChecksum.Of(_batch), Is.EqualTo(Hash32.Parse("0xaf4615fbc6f1668f16ec8d647608cf71c0ec5d803e15d3d66beb552b71b0cd31")));

    [Test]
    public void The_name_and_the_checksum_itself_do_not_count_and_all_else_does()
    {
        Hash32 before = SafeChecksum.Of(_batch);

        Assert.That(SafeChecksum.Of(Changed(batch => batch["meta"]!["name"] = "other")), Is.EqualTo(before));
        Assert.That(SafeChecksum.Of(Changed(batch => batch["meta"]!["checksum"] = "0x00")), Is.EqualTo(before));
        Assert.That(SafeChecksum.Of(Changed(batch => batch["chainId"] = "57")), Is.Not.EqualTo(before));
        Assert.That(SafeChecksum.Of(Changed(batch => batch["transactions"]![0]!["value"] = "6")), Is.Not.EqualTo(before));
    }

    [Test]
    public void A_batch_bears_its_checksum_and_the_very_bytes_that_are_planned()
    {
        PaymasterPlan plan = PaymasterPlan.Of(Wished.Set, Wished.Nothing(Wished.Set));

        JsonObject batch = SafeBatch.Of(56, plan.From, "any", plan.Transactions, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123));

        Assert.That((string?)batch["meta"]!["checksum"], Is.EqualTo(SafeChecksum.Of(batch).ToString()));
        Assert.That((string?)batch["version"], Is.EqualTo("1.0"));
        Assert.That((long)batch["createdAt"]!, Is.EqualTo(1_700_000_000_123));
        Assert.That(batch["transactions"]!.AsArray().Select(each => (string?)each!["data"]), Is.EqualTo(plan.Transactions.Select(each => each.Data.ToString())));
        Assert.That(batch["transactions"]!.AsArray().Select(each => (string?)each!["value"]), Is.EqualTo(plan.Transactions.Select(each => each.Value.ToString())));
    }

    private static JsonObject Changed(Action<JsonObject> change)
    {
        JsonObject copy = _batch.DeepClone().AsObject();
        change(copy);
        return copy;
    }
}
