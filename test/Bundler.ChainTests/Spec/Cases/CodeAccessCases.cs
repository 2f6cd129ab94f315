using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Spec.Cases;

/// <summary>OP-041, OP-042, COD-010: looking at and calling code.</summary>
internal static class CodeAccessCases
{
    private static readonly (byte Code, string Name)[] _looks = [(0x3b, "EXTCODESIZE"), (0x3c, "EXTCODECOPY"), (0x3f, "EXTCODEHASH")];

    private static readonly (string Name, Func<Address, Act> Call)[] _calls =
    [
        ("CALL", target => Act.Call(target)),
        ("STATICCALL", target => Act.StaticCall(target)),
        ("DELEGATECALL", target => Act.DelegateCall(target)),
    ];

    public static IEnumerable<SpecCase> All()
    {
        foreach ((string name, Func<Address, Act> act) in _looks.Select(look => (look.Name, new Func<Address, Act>(at => Act.Look(look.Code, at)))).Concat(_calls))
        {
            yield return SpecCase.Refused(
                "OP-041", $"account {name} of nobody", EntityKind.Account, "account uses address", stage => stage.Operation(act(stage.Nobody)));
            yield return SpecCase.Refused(
                "OP-041", $"paymaster {name} of nobody", EntityKind.Paymaster, "paymaster uses address",
                stage => stage.Sponsored(stage.StakedPaymaster, act(stage.Nobody)));
            yield return SpecCase.Accepted("OP-041", $"account {name} of a contract", stage => stage.Operation(act(stage.Helper)));
            yield return SpecCase.Accepted(
                "OP-042", $"factory {name} of the sender before it is there",
                stage => stage.DeployingWith(
                    stage.Factory,
                    stage.SenderOf(stage.Factory),
                    act(stage.SenderOf(stage.Factory)),
                    Act.Create2(SpecStage.AccountInitCode, SpecStage.Salt)));
        }

        yield return SpecCase.Refused(
            "OP-041", "factory CALL of nobody", EntityKind.Factory, "factory uses address", stage => stage.Deploying(stage.Factory, Act.Call(stage.Nobody)));
        yield return SpecCase.Refused(
            "OP-041", "helper EXTCODESIZE of nobody", EntityKind.Account, "account uses address",
            stage => stage.Operation(Act.By(stage.Helper, Act.Look(0x3b, stage.Nobody))));

        yield return CodeChanges("the helper's", stage => stage.Helper, EntityKind.Account, stage => stage.Operation(Act.By(stage.Helper)));
        yield return CodeChanges("the account's", stage => stage.Account, EntityKind.Account, stage => stage.Operation());
        yield return CodeChanges("the factory's", stage => stage.Factory, EntityKind.Factory, stage => stage.Deploying(stage.Factory));
        yield return CodeChanges("the paymaster's", stage => stage.Paymaster, EntityKind.Paymaster, stage => stage.Sponsored(stage.Paymaster));
        yield return new SpecCase(
            "COD-010", "code that was not visited changes", null,
            (stage, rules) => stage.RevalidateAsync(stage.Operation(), stage.Helper, rules));
    }

    private static SpecCase CodeChanges(string whose, Func<SpecStage, Address> changed, EntityKind entity, Func<SpecStage, UserOperation> operation) =>
        new(
            "COD-010", $"{whose.Replace("'", "")} code changes before bundling",
            new Refusal(-32502, $"{entity.ToString().ToLowerInvariant()} uses code that has changed", Erc7562Rule.Cod010, entity),
            (stage, rules) => stage.RevalidateAsync(operation(stage), changed(stage), rules));
}
