using Bundler.Node.Commands;
using Bundler.Paymaster.Ledger;
using Bundler.Paymaster.Setup;
using Bundler.Testing;

namespace Bundler.Tests.Paymaster.Setup;

/// <summary>What operators and their scripts read, as it was agreed: BUNDLER_UPDATE_GOLDEN=1 writes what it is now.</summary>
public sealed class SetupGoldenTests
{
    private static readonly PaymasterWish _wish = Wished.Set with { Signers = [Wished.Signer, Wished.Second] };
    private static readonly PaymasterPlan _new = PaymasterPlan.Of(_wish, Wished.Nothing(_wish));
    private static readonly PaymasterState _other = Wished.With(_wish with { Signers = [Wished.Second] }, roles => roles with { Paused = true, MaxCostPerOperation = 5 }) with { OwnerHasCode = false };

    private static string Folder => Repo.PathOf("test/Bundler.Tests/Paymaster/Setup/Golden");

    [Test]
    public void A_plan_for_people() => Compare("plan.txt", Lines(SetupText.Of(_new)));

    [Test]
    public void A_plan_for_programs() => Compare("plan.json", CommandOutput.Text(SetupJson.Of(_new)));

    [Test]
    public void A_plan_for_a_Safe() =>
        Compare("plan.safe.json", CommandOutput.Text(SafeBatch.Of(_new.ChainId, _new.From, "Paymaster", _new.Transactions, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000))));

    [Test]
    public void A_plan_that_changes_what_is_there() => Compare("change.txt", Lines(SetupText.Of(PaymasterPlan.Of(Wished.Set, _other))));

    [Test]
    public void A_plan_with_nothing_to_do() => Compare("nothing.txt", Lines(SetupText.Of(PaymasterPlan.Of(_wish with { Address = _wish.Computed }, Wished.AsWished(_wish)))));

    [Test]
    public void A_status_for_people() => Compare("status.txt", Lines(SetupText.Of("v07", _other, new GrantLiability(1, 20, 300), null)));

    [Test]
    public void A_status_for_programs() => Compare("status.json", CommandOutput.Text(SetupJson.Of("v07", _other, null, "there is no ledger")));

    private static string Lines(IEnumerable<string> lines) => string.Join("\n", lines);

    private static void Compare(string name, string actual)
    {
        string file = Path.Combine(Folder, name);
        if (Environment.GetEnvironmentVariable("BUNDLER_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, actual + "\n");
        }

        Assert.That(actual + "\n", Is.EqualTo(File.ReadAllText(file)));
    }
}
