using System.Text.Json.Nodes;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Setup;

namespace Bundler.Tests.Paymaster.Setup;

public sealed class WishFileTests
{
    private static readonly WishDefaults _defaults = new(EntryPointCatalog.Canonical, Wished.Coin, Wished.Day);

    private static JsonObject Least => new()
    {
        ["entryPoint"] = EntryPointCatalog.Canonical[1].Address.ToString(),
        ["owner"] = Wished.Owner.ToString(),
        ["signers"] = new JsonArray(Wished.Signer.ToString()),
        ["maxCostPerOperation"] = "10000000000000000",
    };

    [Test]
    public void What_is_left_out_is_the_chains_minimum()
    {
        (PaymasterWish? wish, IReadOnlyList<string> faults) = WishFile.Parse(Least.ToJsonString(), _defaults);

        Assert.That(faults, Is.Empty);
        Assert.That((wish!.Manager, wish.Stake, wish.UnstakeDelaySec, wish.Deposit), Is.EqualTo((Wished.Owner, Wished.Coin, Wished.Day, UInt256.Zero)));
        Assert.That(wish.Place, Is.EqualTo(wish.Computed));
    }

    [Test]
    public void Everything_can_be_said()
    {
        JsonObject all = Least;
        all["flavour"] = "immutable";
        all["deposit"] = "7";
        all["salt"] = Hash32.From(9).ToString();
        all["address"] = Wished.Manager.ToString();

        (PaymasterWish? wish, IReadOnlyList<string> faults) = WishFile.Parse(all.ToJsonString(), _defaults);

        Assert.That(faults, Is.Empty);
        Assert.That((wish!.Flavour, wish.Deposit, wish.Salt, wish.Place), Is.EqualTo((PaymasterFlavour.Immutable, (UInt256)7, Hash32.From(9), Wished.Manager)));
        Assert.That((wish.Stake, wish.Contract.Name), Is.EqualTo((UInt256.Zero, "NodeImmutablePaymasterV07")));
    }

    [TestCase("owner", null, "owner is missing")]
    [TestCase("owner", "0x00000000000000000000000000000000000000A1", null)]
    [TestCase("owner", "0x00000000000000000000000000000000000000a1ff", "owner must be an address")]
    [TestCase("owner", "0x0000000000000000000000000000000000000000", "owner must not be the zero address")]
    [TestCase("owner", "0x00000000000000000000000000000000000000b1", "neither owner nor manager")]
    [TestCase("manager", "0x00000000000000000000000000000000000000b1", "neither owner nor manager")]
    [TestCase("entryPoint", "0x00000000000000000000000000000000000000e1", "none that is known")]
    [TestCase("maxCostPerOperation", "1.5", "maxCostPerOperation must be wei")]
    [TestCase("maxCostPerOperation", "340282366920938463463374607431768211456", "128 bits")]
    [TestCase("flavour", "other", "flavour must be")]
    [TestCase("stake", "0", "STO-031")]
    [TestCase("salt", "0x07", "salt must be")]
    [TestCase("sallt", "0x07", "sallt is not a key of a wish")]
    public void What_is_wrong_is_named(string key, string? value, string? fault)
    {
        JsonObject changed = Least;
        changed.Remove(key);
        if (value is not null)
        {
            changed[key] = value;
        }

        IReadOnlyList<string> faults = WishFile.Parse(changed.ToJsonString(), _defaults).Faults;

        Assert.That(faults, fault is null ? Is.Empty : Has.Some.Contains(fault));
    }

    [TestCase("""[]""", "a list of addresses", true)]
    [TestCase("""["0x00000000000000000000000000000000000000b1","0x00000000000000000000000000000000000000b1"]""", "signers must differ", false)]
    [TestCase("""["0x0000000000000000000000000000000000000000"]""", "zero address", false)]
    [TestCase("""[5]""", "a list of addresses", false)]
    [TestCase("""{}""", "a list of addresses", false)]
    public void Signers_are_one_to_four_that_differ(string signers, string fault, bool isCount)
    {
        JsonObject changed = Least;
        changed["signers"] = JsonNode.Parse(signers);

        Assert.That(WishFile.Parse(changed.ToJsonString(), _defaults).Faults, Has.Some.Contains(isCount ? "one to 4" : fault));
    }

    [TestCase("")]
    [TestCase("5")]
    [TestCase("""{"owner":1,"owner":2}""")]
    public void What_is_no_wish_is_refused(string text) => Assert.That(WishFile.Parse(text, _defaults).Faults, Is.Not.Empty);
}
