using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Spec.Cases;

/// <summary>AUTH-010, AUTH-020, AUTH-030: accounts with an EIP-7702 delegation.</summary>
internal static class DelegationCases
{
    public static IEnumerable<SpecCase> All()
    {
        yield return SpecCase.Refused(
            "AUTH-020", "a delegated paymaster", EntityKind.Paymaster, "paymaster is an account with an EIP-7702 delegation",
            stage => stage.Sponsored(stage.DelegatedPaymaster));
        yield return SpecCase.Refused(
            "AUTH-020", "a delegated factory", EntityKind.Factory, "factory is an account with an EIP-7702 delegation",
            stage => stage.Deploying(stage.DelegatedFactory));
        yield return SpecCase.Accepted("AUTH-020", "a delegated sender", stage => stage.OperationOf(stage.DelegatedAccount));
        foreach ((string name, Func<Address, Act> act) in Touches())
        {
            yield return SpecCase.Refused(
                "AUTH-030", $"account {name} of a delegated account", EntityKind.Account, "account uses address",
                stage => stage.Operation(act(stage.DelegatedAccount)));
        }

        yield return SpecCase.Refused(
            "AUTH-030", "staked paymaster CALL of a delegated account", EntityKind.Paymaster, "paymaster uses address",
            stage => stage.Sponsored(stage.StakedPaymaster, Act.Call(stage.DelegatedAccount)));
        yield return SpecCase.Accepted(
            "AUTH-030", "paymaster CALL of the delegated sender",
            stage => stage.WithPaymaster(stage.OperationOf(stage.DelegatedAccount), stage.Paymaster, Act.Call(stage.DelegatedAccount)));
        yield return SpecCase.Accepted(
            "AUTH-030", "delegated sender calls itself", stage => stage.OperationOf(stage.DelegatedAccount, Act.By(stage.DelegatedAccount)));
    }

    private static IEnumerable<(string Name, Func<Address, Act> Act)> Touches() =>
    [
        ("CALL", target => Act.Call(target)),
        ("STATICCALL", target => Act.StaticCall(target)),
        ("DELEGATECALL", target => Act.DelegateCall(target)),
        ("EXTCODESIZE", target => Act.Look(0x3b, target)),
        ("EXTCODEHASH", target => Act.Look(0x3f, target)),
    ];
}
