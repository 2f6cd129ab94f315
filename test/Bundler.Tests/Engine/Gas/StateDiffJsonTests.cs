using System.Text.Json;
using Bundler.Engine.Gas;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Gas;

internal sealed class StateDiffJsonTests
{
    private static readonly Address _contract = A.AddressOf(7);

    private static readonly JsonElement _diff = JsonElement.Parse($$"""
        {
          "pre": { "{{_contract.ToLowerHex()}}": { "balance": "0x5", "storage": { "{{Hash32.From(1)}}": "{{Hash32.From(11)}}", "{{Hash32.From(2)}}": "{{Hash32.From(22)}}" } } },
          "post": { "{{_contract.ToLowerHex()}}": { "balance": "0x4", "code": "0x6000", "storage": { "{{Hash32.From(2)}}": "{{Hash32.From(23)}}" } } }
        }
        """);

    [Test]
    public void What_changed_is_overridden_and_what_became_zero_is_zero()
    {
        AccountOverride account = StateDiffJson.Apply(_diff, StateOverride.Empty).Accounts[_contract];

        Assert.That((account.Balance, account.Code, account.State), Is.EqualTo(((UInt256?)4, (Bytes?)Bytes.Parse("0x6000"), default(object))));
        Assert.That(account.StateDiff, Is.EquivalentTo(new Dictionary<Hash32, Hash32> { [Hash32.From(1)] = Hash32.Zero, [Hash32.From(2)] = Hash32.From(23) }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void The_callers_own_override_stays_below_it(bool whole)
    {
        Dictionary<Hash32, Hash32> own = new() { [Hash32.From(2)] = Hash32.From(99), [Hash32.From(3)] = Hash32.From(33) };
        AccountOverride given = whole ? new AccountOverride { State = own, Nonce = 9 } : new AccountOverride { StateDiff = own, Nonce = 9 };

        AccountOverride account = StateDiffJson.Apply(_diff, StateOverride.Of(_contract, given)).Accounts[_contract];

        IReadOnlyDictionary<Hash32, Hash32>? slots = whole ? account.State : account.StateDiff;
        Assert.That((slots![Hash32.From(2)], slots[Hash32.From(3)], account.Nonce), Is.EqualTo((Hash32.From(23), Hash32.From(33), (ulong?)9)));
        Assert.That(account.State is null || account.StateDiff is null, Is.True);
    }

    [Test]
    public void What_a_slot_held_before_is_told()
    {
        Assert.That(StateDiffJson.Before(_diff, _contract, Hash32.From(2)), Is.EqualTo(Hash32.From(22)));
        Assert.That(StateDiffJson.Before(_diff, _contract, Hash32.From(9)), Is.EqualTo(Hash32.Zero));
    }

    [TestCase("{}")]
    [TestCase("""{"pre":{},"post":[]}""")]
    public void What_is_no_difference_is_refused(string json) =>
        Assert.That(() => StateDiffJson.Apply(JsonElement.Parse(json), StateOverride.Empty), Throws.TypeOf<CodecException>());
}
