using Bundler.Erc4337;

namespace Bundler.ChainTests.Spec.Cases;

/// <summary>OP-031, OP-032, EREP-060, EREP-061: who may create contracts during validation.</summary>
internal static class CreationCases
{
    private const string Create = "uses banned opcode: CREATE";
    private const string Create2 = "uses banned opcode: CREATE2";

    private static readonly Act _create = Act.Create(SpecStage.EmptyInitCode);
    private static readonly Act _create2 = Act.Create2(SpecStage.EmptyInitCode, 1);

    public static IEnumerable<SpecCase> All() =>
    [
        SpecCase.Accepted("OP-031", "a factory deploys the sender", stage => stage.Deploying(stage.Factory)),
        SpecCase.Accepted(
            "OP-031", "a helper of the factory deploys the sender",
            stage => stage.DeployingWith(
                stage.Factory, stage.SenderOf(stage.Helper), Act.By(stage.Helper, Act.Create2(SpecStage.AccountInitCode, SpecStage.Salt)))),
        SpecCase.Refused("OP-031", "account CREATE2", EntityKind.Account, $"account {Create2}", stage => stage.Operation(_create2)),
        SpecCase.Refused(
            "OP-031", "account CREATE2 while being deployed", EntityKind.Account, $"account {Create2}",
            stage => stage.Deploying(stage.Factory) with { Signature = Act.Encode(_create2) }),
        SpecCase.Refused("OP-031", "paymaster CREATE2", EntityKind.Paymaster, $"paymaster {Create2}", stage => stage.Sponsored(stage.Paymaster, _create2)),
        SpecCase.Refused(
            "OP-031", "staked paymaster CREATE2", EntityKind.Paymaster, $"paymaster {Create2}", stage => stage.Sponsored(stage.StakedPaymaster, _create2)),
        SpecCase.Refused("OP-031", "factory CREATE2 twice", EntityKind.Factory, $"factory {Create2}", stage => stage.Deploying(stage.Factory, _create2)),
        SpecCase.Refused(
            "OP-031", "factory CREATE2 and its helper too", EntityKind.Factory, $"factory {Create2}",
            stage => stage.Deploying(stage.Factory, Act.By(stage.Helper, _create2))),
        SpecCase.Refused(
            "OP-031", "factory CREATE2 of another contract first", EntityKind.Factory, "factory uses",
            stage => stage.DeployingWith(stage.Factory, stage.SenderOf(stage.Helper), _create2, Act.By(stage.Helper, Act.Create2(SpecStage.AccountInitCode, SpecStage.Salt)))),
        SpecCase.Refused(
            "OP-031", "helper CREATE2 of an existing account", EntityKind.Account, $"account {Create2}", stage => stage.Operation(Act.By(stage.Helper, _create2))),

        SpecCase.Accepted(
            "OP-032", "the sender itself uses CREATE while being deployed",
            stage => stage.Deploying(stage.Factory) with { Signature = Act.Encode(_create) }),
        SpecCase.Refused(
            "OP-032", "a helper of the sender uses CREATE", EntityKind.Account, $"account {Create}",
            stage => stage.Deploying(stage.Factory) with { Signature = Act.Encode(Act.By(stage.Helper, _create)) }) with { Expected = Banned("account", EntityKind.Account) },
        SpecCase.Refused("OP-011", "account CREATE", EntityKind.Account, $"account {Create}", stage => stage.Operation(_create)),
        SpecCase.Refused("OP-011", "staked account CREATE", EntityKind.Account, $"account {Create}", stage => stage.OperationOf(stage.StakedAccount, _create)),
        SpecCase.Refused("OP-011", "paymaster CREATE", EntityKind.Paymaster, $"paymaster {Create}", stage => stage.Sponsored(stage.Paymaster, _create)),
        SpecCase.Refused(
            "OP-011", "staked paymaster CREATE", EntityKind.Paymaster, $"paymaster {Create}", stage => stage.Sponsored(stage.StakedPaymaster, _create)),
        SpecCase.Refused("OP-011", "factory CREATE", EntityKind.Factory, $"factory {Create}", stage => stage.Deploying(stage.Factory, _create)),
        SpecCase.Refused(
            "OP-011", "paymaster CREATE with a staked factory", EntityKind.Paymaster, $"paymaster {Create}",
            stage => stage.WithPaymaster(stage.Deploying(stage.StakedFactory), stage.Paymaster, _create)),

        SpecCase.Accepted("EREP-060", "a staked factory uses CREATE", stage => stage.Deploying(stage.StakedFactory, _create)),
        SpecCase.Accepted("EREP-060", "a staked factory uses CREATE2 twice", stage => stage.Deploying(stage.StakedFactory, _create2)),
        SpecCase.Accepted(
            "EREP-060", "the sender of a staked factory uses CREATE2",
            stage => stage.Deploying(stage.StakedFactory) with { Signature = Act.Encode(_create2) }),
        SpecCase.Accepted(
            "EREP-060", "the sender of a staked factory uses CREATE",
            stage => stage.Deploying(stage.StakedFactory) with { Signature = Act.Encode(_create) }),
        SpecCase.Refused(
            "EREP-060", "a helper of the sender uses CREATE2", EntityKind.Account, $"account {Create2}",
            stage => stage.Deploying(stage.StakedFactory) with { Signature = Act.Encode(Act.By(stage.Helper, _create2)) })
            with { Expected = new Refusal(-32502, $"account {Create2}", Erc7562Rule.Op031, EntityKind.Account) },
        SpecCase.Accepted("EREP-061", "a helper of a staked factory uses CREATE", stage => stage.Deploying(stage.StakedFactory, Act.By(stage.Helper, _create))),
        SpecCase.Accepted("EREP-061", "a helper of a staked factory uses CREATE2", stage => stage.Deploying(stage.StakedFactory, Act.By(stage.Helper, _create2))),
        SpecCase.Refused(
            "EREP-061", "a helper of an unstaked factory uses CREATE", EntityKind.Factory, $"factory {Create}",
            stage => stage.Deploying(stage.Factory, Act.By(stage.Helper, _create))) with { Expected = Banned("factory", EntityKind.Factory) },
    ];

    private static Refusal Banned(string who, EntityKind entity) => new(-32502, $"{who} {Create}", Erc7562Rule.Op011, entity);
}
