using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Setup;

namespace Bundler.Tests.Paymaster.Setup;

/// <summary>S4-13 and row 22: the steps from one signer to another, each read from the chain.</summary>
public sealed class SignerRotationTests
{
    private const ulong Longest = 660;
    private static readonly RotationWish _wish = new(Wished.Signer, Wished.Second, false, null, Longest);
    private static readonly PaymasterState _old = Wished.AsWished(Wished.Set);
    private static readonly PaymasterState _both = Wished.With(Wished.Set, roles => roles with { Signers = [Wished.Signer, Wished.Second], SignerCount = 2 });
    private static readonly PaymasterState _new = Wished.With(Wished.Set, roles => roles with { Signers = [Wished.Second] });

    [Test]
    public void The_new_one_is_offered_and_taken_in_first()
    {
        SignerRotation rotation = SignerRotation.Of(_wish, _old);

        Assert.That((rotation.Phase, Wished.Calls(rotation.Transactions)), Is.EqualTo((RotationPhase.Add, new[] { "offerSigner", "addSigner" })));
    }

    [Test]
    public void What_is_offered_already_is_only_taken_in()
    {
        SignerRotation rotation = SignerRotation.Of(_wish, Wished.With(Wished.Set, roles => roles with { OfferedSigner = Wished.Second }));

        Assert.That(Wished.Calls(rotation.Transactions), Is.EqualTo(new[] { "addSigner" }));
    }

    [Test]
    public void The_old_one_stays_until_nobody_signs_with_it_and_its_grants_are_over()
    {
        ulong now = _both.BlockTime;

        Assert.That(SignerRotation.Of(_wish, _both).Phase, Is.EqualTo(RotationPhase.Switch));
        Assert.That(SignerRotation.Of(_wish with { SwitchedAt = now - Longest }, _both).Phase, Is.EqualTo(RotationPhase.Wait), "its last second is still a second");
        SignerRotation removal = SignerRotation.Of(_wish with { SwitchedAt = now - Longest - 1 }, _both);
        Assert.That((removal.Phase, Wished.Calls(removal.Transactions)), Is.EqualTo((RotationPhase.Remove, new[] { "removeSigner" })));
        Assert.That(SignerRotation.Of(_wish, _new).Phase, Is.EqualTo(RotationPhase.Done));
    }

    [Test]
    public void With_an_incident_the_old_one_goes_first()
    {
        SignerRotation rotation = SignerRotation.Of(_wish with { IsIncident = true }, _old);
        SignerRotation rest = SignerRotation.Of(_wish with { IsIncident = true }, _both);

        Assert.That(Wished.Calls(rotation.Transactions), Is.EqualTo(new[] { "removeSigner", "offerSigner", "addSigner" }));
        Assert.That(rotation.Transactions[0].By, Is.EqualTo(PlannedSender.OwnerOrManager), "who is awake first may remove");
        Assert.That((rest.Phase, Wished.Calls(rest.Transactions)), Is.EqualTo((RotationPhase.Remove, new[] { "removeSigner" })));
    }

    [Test]
    public void What_cannot_be_is_refused()
    {
        PaymasterState full = Wished.With(Wished.Set, roles => roles with { SignerCount = 4 });
        (RotationWish, PaymasterState)[] cases =
        [
            (_wish, Wished.AsWished(Wished.Immutable)),
            (_wish, Wished.Nothing(Wished.Set)),
            (_wish, full),
            (_wish with { New = Wished.Signer }, _old),
            (_wish with { New = default }, _old),
            (_wish with { New = Wished.Owner }, _old),
            (_wish with { New = Wished.Manager }, _old),
        ];
        foreach ((RotationWish wish, PaymasterState state) in cases)
        {
            SignerRotation rotation = SignerRotation.Of(wish, state);

            Assert.That((rotation.Phase, rotation.Transactions.Count), Is.EqualTo((RotationPhase.Refused, 0)), $"{wish}");
        }
    }
}
