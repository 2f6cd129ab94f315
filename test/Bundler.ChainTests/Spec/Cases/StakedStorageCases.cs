using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Spec.Cases;

/// <summary>STO-031 to STO-033: what stake opens to paymasters and factories.</summary>
internal static class StakedStorageCases
{
    public static IEnumerable<SpecCase> All() => [.. OfPaymasters(), .. OfFactories()];

    private static IEnumerable<SpecCase> OfPaymasters()
    {
        foreach ((string rule, string what, Func<SpecStage, Address, Act> act) in Acts())
        {
            yield return SpecCase.Accepted(rule, $"staked paymaster {what}", stage => stage.Sponsored(stage.StakedPaymaster, act(stage, stage.StakedPaymaster)));
            yield return SpecCase.Refused(
                rule, $"unstaked paymaster {what}", EntityKind.Paymaster, "unstaked paymaster accessed",
                stage => stage.Sponsored(stage.Paymaster, act(stage, stage.Paymaster)));
            yield return SpecCase.StakeTooLow(
                rule, $"paymaster locked too short {what}", EntityKind.Paymaster, "unstaked paymaster accessed",
                stage => stage.Sponsored(stage.LowPaymaster, act(stage, stage.LowPaymaster)));
        }

        yield return SpecCase.Refused(
            "STO-021", "staked paymaster SSTORE of any slot elsewhere", EntityKind.Paymaster, "paymaster accesses inaccessible storage",
            stage => stage.Sponsored(stage.StakedPaymaster, Act.By(stage.Helper, Act.SStore(5))));
        yield return SpecCase.Refused(
            "STO-021", "staked paymaster SSTORE in the factory", EntityKind.Paymaster, "paymaster accesses inaccessible storage",
            stage => stage.WithPaymaster(stage.Deploying(stage.StakedFactory), stage.StakedPaymaster, Act.By(stage.StakedFactory, Act.SStore(5))));
        yield return SpecCase.Refused(
            "STO-033", "staked paymaster SLOAD in the factory", EntityKind.Paymaster, "paymaster accesses inaccessible storage",
            stage => stage.WithPaymaster(stage.Deploying(stage.StakedFactory), stage.StakedPaymaster, Act.By(stage.StakedFactory, Act.SLoad(5))));
    }

    private static IEnumerable<SpecCase> OfFactories()
    {
        foreach ((string rule, string what, Func<SpecStage, Address, Act> act) in Acts())
        {
            yield return SpecCase.Accepted(rule, $"staked factory {what}", stage => stage.Deploying(stage.StakedFactory, act(stage, stage.StakedFactory)));
            yield return SpecCase.Refused(
                rule, $"unstaked factory {what}", EntityKind.Factory, "unstaked factory accessed",
                stage => stage.Deploying(stage.Factory, act(stage, stage.Factory)));
            yield return SpecCase.StakeTooLow(
                rule, $"factory with too little stake {what}", EntityKind.Factory, "unstaked factory accessed",
                stage => stage.Deploying(stage.LowFactory, act(stage, stage.LowFactory)));
        }

        yield return SpecCase.Refused(
            "STO-021", "staked factory SSTORE of any slot elsewhere", EntityKind.Factory, "factory accesses inaccessible storage",
            stage => stage.Deploying(stage.StakedFactory, Act.By(stage.Helper, Act.SStore(5))));
    }

    private static IEnumerable<(string Rule, string What, Func<SpecStage, Address, Act> Act)> Acts() =>
    [
        (Erc7562Rule.Sto031, "SLOAD of its own", (_, _) => Act.SLoad(5)),
        (Erc7562Rule.Sto031, "SSTORE of its own", (_, _) => Act.SStore(5)),
        (Erc7562Rule.Sto031, "by delegatecall SSTORE of its own", (stage, _) => Act.WithCodeOf(stage.Helper, Act.SStore(5))),
        (Erc7562Rule.Sto032, "SSTORE of its mapping entry", (stage, who) => Act.By(stage.Helper, Act.Mapping(who, write: true))),
        (Erc7562Rule.Sto032, "SLOAD of its nested mapping entry", (stage, who) => Act.By(stage.Helper, Act.Nested(stage.Nobody, who))),
        (Erc7562Rule.Sto032, "SSTORE of its mapping entry plus 128", (stage, who) => Act.By(stage.Helper, Act.Mapping(who, 128, write: true))),
        (Erc7562Rule.Sto033, "SLOAD of any slot elsewhere", (stage, _) => Act.By(stage.Helper, Act.SLoad(5))),
    ];
}
