using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation;

public sealed class TouchedStateTests
{
    private static readonly Hash32 _slot = Hash32.From(5);
    private static readonly Address _library = A.AddressOf(8);

    [Test]
    public void Slots_belong_to_the_owner_of_the_storage()
    {
        TouchedState touched = Of(A.Trace().InAccount(frame => frame.Delegates(_library, code => code.Reads(_slot, 7).Writes(_slot))));

        Assert.That(touched.Accessed[A.Account], Is.EqualTo(new[] { _slot }));
        Assert.That(touched.Written[A.Account], Is.EqualTo(new[] { _slot }));
        Assert.That(touched.ReadValues[(A.Account, _slot)], Is.EqualTo(Hash32.From(7)));
        Assert.That(touched.Accessed.ContainsKey(_library), Is.False);
    }

    [Test]
    public void A_value_that_validation_wrote_first_is_not_depended_on() =>
        Assert.That(
            Of(A.Trace().InAccount(frame => frame.Writes(_slot).Calls(A.Contract, call => call.Calls(A.Account, again => again.Reads(_slot, 9))))).ReadValues,
            Is.Empty);

    [Test]
    public void The_entry_points_slots_are_depended_on_but_not_accessed()
    {
        TouchedState touched = Of(A.Trace().InAccount(frame => frame.Calls(A.EntryPoint.Address, call => call.WithValue(12).Reads(_slot, 3).Writes(_slot))));

        Assert.That(touched.ReadValues[(A.EntryPoint.Address, _slot)], Is.EqualTo(Hash32.From(3)));
        Assert.That(touched.Accessed, Is.Empty);
        Assert.That(touched.PaidFromBalance, Is.EqualTo((UInt256)12));
    }

    [Test]
    public void Visited_are_contracts_but_no_precompiles_and_nothing_new()
    {
        Address precompile = Address.FromWord(Hash32.From(1).Span);
        TouchedState touched = Of(A.Trace().Deploying()
            .InAccount(frame => frame.Calls(precompile, size: 0).Delegates(_library).LooksAt(A.Contract, size: 23).Creates(A.AddressOf(9))));

        Assert.That(touched.Visited, Is.SupersetOf(new[] { _library, A.Contract, A.Account, A.Factory }));
        Assert.That(touched.Visited, Has.None.EqualTo(precompile).And.None.EqualTo(A.AddressOf(9)).And.None.EqualTo(A.EntryPoint.Address));
    }

    [Test]
    public void Balances_that_were_looked_at_are_noted()
    {
        Assert.That(Of(A.Trace().InPaymaster(frame => frame.Uses("BALANCE"))).ReadsBalances, Is.True);
        Assert.That(Of(A.Trace()).ReadsBalances, Is.False);
    }

    private static TouchedState Of(TraceBuilder trace)
    {
        RuleContext context = trace.Context();
        return TouchedState.Of(context.Trace.Root, context.EntryPoint.Address, context.Phases);
    }
}
