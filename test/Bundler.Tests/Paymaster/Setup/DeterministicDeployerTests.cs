using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Setup;

namespace Bundler.Tests.Paymaster.Setup;

public sealed class DeterministicDeployerTests
{
    /// <summary>By viem's getContractAddress.</summary>
    [Test]
    public void The_address_is_that_of_CREATE2() =>
        Assert.That(DeterministicDeployer.AddressOf(Hash32.From(7), Bytes.Parse("0x6001600255")), Is.EqualTo(Address.Parse("0x400FB302cCc80845eB2805a3Df757089a5c3Cc23")));

    [Test]
    public void Whatever_the_constructor_takes_is_in_the_address()
    {
        PaymasterWish wish = Wished.Set;
        PaymasterWish[] others =
        [
            wish with { Owner = Wished.Second }, wish with { Manager = Wished.Second }, wish with { Signers = [Wished.Second] }, wish with { MaxCostPerOperation = 1 },
            wish with { Salt = Hash32.From(1) }, wish with { EntryPoint = EntryPointCatalog.Canonical[2] }, wish with { Flavour = PaymasterFlavour.Immutable },
        ];

        Assert.That(others.Select(other => other.Computed).Append(wish.Computed).Distinct().Count(), Is.EqualTo(others.Length + 1));
        Assert.That((wish with { Deposit = 1, Stake = 1 }).Computed, Is.EqualTo(wish.Computed), "money is not");
    }
}
