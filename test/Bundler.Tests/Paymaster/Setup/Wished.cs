using Bundler.Contracts;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Setup;

namespace Bundler.Tests.Paymaster.Setup;

/// <summary>A wish, and a chain that is as it says, or that has nothing yet.</summary>
internal static class Wished
{
    public const uint Day = 86_400;

    public static readonly Address Owner = Address.Parse("0x00000000000000000000000000000000000000a1");
    public static readonly Address Manager = Address.Parse("0x00000000000000000000000000000000000000a2");
    public static readonly Address Signer = Address.Parse("0x00000000000000000000000000000000000000b1");
    public static readonly Address Second = Address.Parse("0x00000000000000000000000000000000000000b2");
    public static readonly UInt256 Coin = 1_000_000_000_000_000_000;

    public static PaymasterWish Set { get; } = new()
    {
        EntryPoint = EntryPointCatalog.Canonical[1],
        Owner = Owner,
        Manager = Manager,
        Signers = [Signer],
        MaxCostPerOperation = 10_000_000_000_000_000,
        Deposit = Coin + Coin,
        Stake = Coin,
        UnstakeDelaySec = Day,
    };

    public static PaymasterWish Immutable { get; } = Set with { Flavour = PaymasterFlavour.Immutable, Manager = default, Stake = 0, UnstakeDelaySec = 0 };

    public static PaymasterState Nothing(PaymasterWish wish) => new()
    {
        Address = wish.Place,
        ChainId = 1337,
        Block = 12,
        BlockTime = 1_700_000_000,
        HasDeployer = true,
        OwnerHasCode = true,
        Funds = new PaymasterFunds(0, false, 0, 0, 0),
    };

    public static PaymasterState AsWished(PaymasterWish wish) => Nothing(wish) with
    {
        CodeHash = Hash32.From(7),
        Contract = wish.Contract,
        Funds = new PaymasterFunds(wish.Deposit, !wish.Stake.IsZero, wish.Stake, wish.UnstakeDelaySec, 0),
        Roles = new PaymasterRoles
        {
            EntryPoint = wish.EntryPoint.Address,
            Owner = wish.Owner,
            Manager = wish.Manager,
            Signers = wish.Signers,
            SignerCount = wish.Signers.Count,
            MaxCostPerOperation = wish.MaxCostPerOperation,
        },
    };

    /// <summary>As wished, but for what its roles are changed to.</summary>
    public static PaymasterState With(PaymasterWish wish, Func<PaymasterRoles, PaymasterRoles> change)
    {
        PaymasterState state = AsWished(wish);
        return state with { Roles = change(state.Roles!) };
    }

    /// <summary>The functions that are called, in their order.</summary>
    public static string[] Calls(IEnumerable<PlannedTransaction> transactions) =>
    [
        .. transactions.Select(transaction => transaction.To == DeterministicDeployer.Address
            ? "deploy"
            : ContractArtifact.NodeVerifyingPaymasterV07.Abi.Functions.Single(function => function.Matches(transaction.Data)).Name),
    ];
}
