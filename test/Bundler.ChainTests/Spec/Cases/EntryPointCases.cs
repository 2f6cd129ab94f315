using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Spec.Cases;

/// <summary>OP-051 to OP-055: how the EntryPoint may be touched.</summary>
internal static class EntryPointCases
{
    private const string Calls = "calls the EntryPoint method";

    public static IEnumerable<SpecCase> All()
    {
        yield return SpecCase.Accepted("OP-051", "account EXTCODESIZE ISZERO", stage => stage.Operation(Act.LookIfThere(stage.EntryPoint.Address)));
        yield return SpecCase.Accepted(
            "OP-051", "paymaster EXTCODESIZE ISZERO", stage => stage.Sponsored(stage.Paymaster, Act.LookIfThere(stage.EntryPoint.Address)));
        yield return SpecCase.Refused(
            "OP-054", "account EXTCODESIZE without ISZERO", EntityKind.Account, "account reads the EntryPoint's code",
            stage => stage.Operation(Act.Look(0x3b, stage.EntryPoint.Address)));
        yield return SpecCase.Refused(
            "OP-054", "account EXTCODEHASH", EntityKind.Account, "account reads the EntryPoint's code",
            stage => stage.Operation(Act.Look(0x3f, stage.EntryPoint.Address)));
        yield return SpecCase.Refused(
            "OP-054", "paymaster EXTCODECOPY", EntityKind.Paymaster, "paymaster reads the EntryPoint's code",
            stage => stage.Sponsored(stage.StakedPaymaster, Act.Look(0x3c, stage.EntryPoint.Address)));

        yield return SpecCase.Accepted("OP-052", "account depositTo itself", stage => stage.Operation(Deposit(stage, stage.Account, 1)));
        yield return SpecCase.Accepted(
            "OP-052", "factory depositTo the sender", stage => stage.Deploying(stage.Factory, Deposit(stage, stage.SenderOf(stage.Factory), 1)));
        yield return SpecCase.Refused(
            "OP-054", "account depositTo another", EntityKind.Account, $"account {Calls} 0xb760faf9",
            stage => stage.Operation(Deposit(stage, stage.Paymaster, 0)));
        yield return SpecCase.Refused(
            "OP-054", "paymaster depositTo the sender", EntityKind.Paymaster, $"paymaster {Calls} 0xb760faf9",
            stage => stage.Sponsored(stage.StakedPaymaster, Deposit(stage, stage.Account, 0)));
        yield return SpecCase.Accepted(
            "OP-052", "helper of the account depositTo the sender", stage => stage.Operation(Act.By(stage.Helper, Deposit(stage, stage.Account, 0))));
        yield return SpecCase.Accepted(
            "OP-052", "helper of the account depositTo itself", stage => stage.Operation(Act.By(stage.Helper, Deposit(stage, stage.Helper, 0))));
        yield return SpecCase.Refused(
            "OP-054", "helper of the account depositTo another", EntityKind.Account, $"account {Calls} 0xb760faf9",
            stage => stage.Operation(Act.By(stage.Helper, Deposit(stage, stage.Paymaster, 0))));
        yield return SpecCase.Refused(
            "OP-054", "helper of the paymaster depositTo the sender", EntityKind.Paymaster, $"paymaster {Calls} 0xb760faf9",
            stage => stage.Sponsored(stage.StakedPaymaster, Act.By(stage.Helper, Deposit(stage, stage.Account, 0))));

        yield return SpecCase.Accepted("OP-053", "account plain call with value", stage => stage.Operation(Act.Call(stage.EntryPoint.Address, value: 1)));
        yield return SpecCase.Accepted("OP-053", "account plain call without value", stage => stage.Operation(Act.Call(stage.EntryPoint.Address)));
        yield return SpecCase.Accepted(
            "OP-053", "helper of the account plain call", stage => stage.Operation(Act.By(stage.Helper, Act.Call(stage.EntryPoint.Address))));
        yield return SpecCase.Refused(
            "OP-054", "paymaster plain call", EntityKind.Paymaster, $"paymaster {Calls}",
            stage => stage.Sponsored(stage.StakedPaymaster, Act.Call(stage.EntryPoint.Address)));
        yield return SpecCase.Refused(
            "OP-054", "factory plain call", EntityKind.Factory, $"factory {Calls}",
            stage => stage.Deploying(stage.Factory, Act.Call(stage.EntryPoint.Address)));

        yield return SpecCase.Accepted(
            "OP-055", "account incrementNonce", stage => stage.Operation(Act.Call(stage.EntryPoint.Address, EntryPointCalls.IncrementNonce.EncodeCall((UInt256)77))));
        yield return SpecCase.Refused(
            "OP-054", "factory incrementNonce", EntityKind.Factory, $"factory {Calls} 0x0bd28e3b",
            stage => stage.Deploying(stage.Factory, Act.Call(stage.EntryPoint.Address, EntryPointCalls.IncrementNonce.EncodeCall((UInt256)77))));
        yield return SpecCase.Refused(
            "OP-054", "paymaster incrementNonce", EntityKind.Paymaster, $"paymaster {Calls} 0x0bd28e3b",
            stage => stage.Sponsored(stage.StakedPaymaster, Act.Call(stage.EntryPoint.Address, EntryPointCalls.IncrementNonce.EncodeCall((UInt256)77))));

        foreach ((string name, Func<SpecStage, Bytes> data) in Others())
        {
            yield return SpecCase.Refused(
                "OP-054", $"account {name}", EntityKind.Account, $"account {Calls}", stage => stage.Operation(Act.Call(stage.EntryPoint.Address, data(stage))));
        }

        yield return SpecCase.Refused(
            "OP-054", "account STATICCALL balanceOf", EntityKind.Account, $"account {Calls} 0x70a08231",
            stage => stage.Operation(Act.StaticCall(stage.EntryPoint.Address, EntryPointCalls.BalanceOf.EncodeCall(stage.Account))));
    }

    private static IEnumerable<(string Name, Func<SpecStage, Bytes> Data)> Others() =>
    [
        ("getNonce", stage => EntryPointCalls.GetNonce.EncodeCall(stage.Account, UInt256.Zero)),
        ("getDepositInfo", stage => EntryPointCalls.GetDepositInfo.EncodeCall(stage.Account)),
        ("addStake", _ => EntryPointCalls.AddStake.EncodeCall((UInt256)100_000)),
        ("unlockStake", _ => EntryPointCalls.UnlockStake.EncodeCall()),
        ("withdrawTo", stage => EntryPointCalls.WithdrawTo.EncodeCall(stage.Account, UInt256.Zero)),
        ("withdrawStake", stage => EntryPointCalls.WithdrawStake.EncodeCall(stage.Account)),
        ("nonceSequenceNumber", stage => EntryPointCalls.NonceSequenceNumber.EncodeCall(stage.Account, UInt256.Zero)),
    ];

    private static Act Deposit(SpecStage stage, Address account, UInt256 wei) =>
        Act.Call(stage.EntryPoint.Address, EntryPointCalls.DepositTo.EncodeCall(account), wei);
}
