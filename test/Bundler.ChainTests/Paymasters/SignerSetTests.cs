using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Paymasters;

/// <summary>The set of signers of the staked flavour: two steps in, none out; a stop button; and v0.9's signature behind the data.</summary>
public sealed class SignerSetTests
{
    [Test]
    public async Task A_signer_comes_in_two_steps_and_goes_at_once()
    {
        await using GrantStage stage = await GrantStage.StartAsync(EntryPointVersion.V07, hasSet: true);
        PrivateKey next = stage.NewKey();
        UserOperation operation = stage.Sponsored(stage.Wallet.Operation(), signer: next);

        Assert.That(await stage.MayAsync(GrantStage.Operator, "addSigner", next.Address), Is.False, "not offered");
        await stage.DoAsync("offerSigner", next.Address);
        Assert.That(await stage.RefusalAsync(operation), Does.StartWith("AA34"), "offered");
        await stage.DoAsync("addSigner", next.Address);
        Assert.That(await stage.RefusalAsync(operation), Is.Null, "added");

        // Checklist row 22: while it is changed, both sign.
        Assert.That(await stage.RefusalAsync(stage.Sponsored(stage.Wallet.Operation())), Is.Null, "the old one");
        await stage.DoAsync("removeSigner", stage.Signer.Address);
        Assert.That(await stage.RefusalAsync(stage.Sponsored(stage.Wallet.Operation())), Does.StartWith("AA34"), "removed");
        Assert.That(await stage.MayAsync(DevAccounts.All[5].Address, "removeSigner", next.Address), Is.False, "a stranger");
    }

    [Test]
    public async Task There_are_four_signers_at_most_and_never_nobody()
    {
        await using GrantStage stage = await GrantStage.StartAsync(EntryPointVersion.V07, hasSet: true);
        for (int i = 0; i < 3; i++)
        {
            PrivateKey next = stage.NewKey();
            await stage.DoAsync("offerSigner", next.Address);
            await stage.DoAsync("addSigner", next.Address);
        }

        PrivateKey fifth = stage.NewKey();
        await stage.DoAsync("offerSigner", fifth.Address);
        Assert.That(await stage.MayAsync(GrantStage.Operator, "addSigner", fifth.Address), Is.False);
        await stage.DoAsync("removeSigner", stage.Signer.Address);
        Assert.That(await stage.MayAsync(GrantStage.Operator, "addSigner", fifth.Address), Is.True);
        await stage.DoAsync("offerSigner", default(Address));
        Assert.That(await stage.MayAsync(GrantStage.Operator, "addSigner", default(Address)), Is.False, "what a broken signature recovers to");
    }

    [Test]
    public async Task The_manager_stops_it_and_the_owner_starts_it_again()
    {
        await using GrantStage stage = await GrantStage.StartAsync(EntryPointVersion.V07, hasSet: true);
        Address manager = DevAccounts.All[6].Address;
        await stage.DoAsync("setManager", manager);

        Assert.That(await stage.MayAsync(manager, "pause"), Is.True);
        Assert.That(await stage.MayAsync(manager, "unpause"), Is.False);
        Assert.That(await stage.MayAsync(manager, "setMaxCost", GrantStage.MaxCost - 1), Is.True);
        Assert.That(await stage.MayAsync(manager, "setMaxCost", GrantStage.MaxCost + 1), Is.False);
        Assert.That(await stage.MayAsync(manager, "withdrawTo", manager, (UInt256)1), Is.False);
        Assert.That(await stage.MayAsync(DevAccounts.All[5].Address, "pause"), Is.False);
        await stage.DoAsync("pause");
        Assert.That(await stage.RefusalAsync(stage.Sponsored(stage.Wallet.Operation())), Does.StartWith("AA33"));
        await stage.DoAsync("unpause");
        Assert.That(await stage.RefusalAsync(stage.Sponsored(stage.Wallet.Operation())), Is.Null);
    }

    [Test]
    public async Task The_account_signs_before_the_paymasters_signature_exists([Values] bool hasSet)
    {
        await using GrantStage stage = await GrantStage.StartAsync(EntryPointVersion.V09, hasSet);
        UserOperation asked = stage.Wallet.Operation();
        UserOperation signed = stage.Wallet.Sign(stage.Grant.On(asked, Bytes.From(new byte[65]), asSuffix: true));

        UserOperation complete = signed with { PaymasterSignature = stage.Grant.Sign(asked, stage.Signer) };

        Assert.That(await stage.RefusalAsync(signed), Does.StartWith("AA34"));
        Assert.That((await stage.HandleAsync(complete)).Success, Is.True);
    }
}
