using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Spec.Cases;

/// <summary>OP-070: transient storage by the rules of storage.</summary>
internal static class TransientStorageCases
{
    public static IEnumerable<SpecCase> All() =>
    [
        SpecCase.Accepted("OP-070", "account TLOAD of its own", stage => stage.Operation(Act.TLoad(5))),
        SpecCase.Accepted("OP-070", "account TSTORE of its own", stage => stage.Operation(Act.TStore(5))),
        SpecCase.Accepted(
            "OP-070", "account TSTORE of the slot that is its address",
            stage => stage.Operation(Act.By(stage.Helper, Act.TStore(stage.Account.ToWord().ToUInt256())))),
        SpecCase.Refused(
            "OP-070", "account TSTORE elsewhere", EntityKind.Account, "account accesses inaccessible storage",
            stage => stage.Operation(Act.By(stage.Helper, Act.TStore(5)))),
        SpecCase.Refused(
            "OP-070", "account TLOAD elsewhere", EntityKind.Account, "account accesses inaccessible storage",
            stage => stage.Operation(Act.By(stage.Helper, Act.TLoad(5)))),
        SpecCase.Refused(
            "OP-070", "unstaked paymaster TSTORE of its own", EntityKind.Paymaster, "unstaked paymaster accessed",
            stage => stage.Sponsored(stage.Paymaster, Act.TStore(5))),
        SpecCase.Refused(
            "OP-070", "unstaked paymaster TLOAD of its own", EntityKind.Paymaster, "unstaked paymaster accessed",
            stage => stage.Sponsored(stage.Paymaster, Act.TLoad(5))),
        SpecCase.StakeTooLow(
            "OP-070", "paymaster locked too short TSTORE of its own", EntityKind.Paymaster, "unstaked paymaster accessed",
            stage => stage.Sponsored(stage.LowPaymaster, Act.TStore(5))),
        SpecCase.Accepted("OP-070", "staked paymaster TSTORE of its own", stage => stage.Sponsored(stage.StakedPaymaster, Act.TStore(5))),
        SpecCase.Accepted("OP-070", "staked paymaster TLOAD elsewhere", stage => stage.Sponsored(stage.StakedPaymaster, Act.By(stage.Helper, Act.TLoad(5)))),
        SpecCase.Refused(
            "OP-070", "staked paymaster TSTORE elsewhere", EntityKind.Paymaster, "paymaster accesses inaccessible storage",
            stage => stage.Sponsored(stage.StakedPaymaster, Act.By(stage.Helper, Act.TStore(5)))),
        SpecCase.Accepted("OP-070", "staked factory TSTORE of its own", stage => stage.Deploying(stage.StakedFactory, Act.TStore(5))),
        SpecCase.Refused(
            "OP-070", "unstaked factory TSTORE of its own", EntityKind.Factory, "unstaked factory accessed",
            stage => stage.Deploying(stage.Factory, Act.TStore(5))),
    ];
}
