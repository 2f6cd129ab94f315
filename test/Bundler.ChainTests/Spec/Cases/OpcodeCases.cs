using Bundler.Erc4337;

namespace Bundler.ChainTests.Spec.Cases;

/// <summary>OP-011 to OP-020, OP-080: what the opcodes of a frame give away.</summary>
internal static class OpcodeCases
{
    private static readonly (byte Code, string Name)[] _banned =
    [
        (0x32, "ORIGIN"), (0x3a, "GASPRICE"), (0x40, "BLOCKHASH"), (0x41, "COINBASE"), (0x42, "TIMESTAMP"), (0x43, "NUMBER"),
        (0x44, "DIFFICULTY (PREVRANDAO)"), (0x45, "GASLIMIT"), (0x48, "BASEFEE"), (0x49, "BLOBHASH"), (0x4a, "BLOBBASEFEE"),
    ];

    private static readonly (byte Code, string Name)[] _endsTheFrame = [(0xfe, "INVALID"), (0xff, "SELFDESTRUCT")];

    private static readonly byte[] _unassigned = [0x0c, 0x21, 0xb0, 0xef];

    public static IEnumerable<SpecCase> All() => [.. Banned(), .. Gas(), .. Unassigned(), .. OutOfGas(), .. Balances()];

    private static IEnumerable<SpecCase> Banned()
    {
        foreach ((byte code, string name) in _banned)
        {
            string message = $"uses banned opcode: {name}";
            yield return SpecCase.Refused("OP-011", $"account {name}", EntityKind.Account, $"account {message}", stage => stage.Operation(Act.Opcode(code)));
            yield return SpecCase.Refused(
                "OP-011", $"paymaster {name}", EntityKind.Paymaster, $"paymaster {message}", stage => stage.Sponsored(stage.Paymaster, Act.Opcode(code)));
            yield return SpecCase.Refused(
                "OP-011", $"factory {name}", EntityKind.Factory, $"factory {message}", stage => stage.Deploying(stage.Factory, Act.Opcode(code)));
            yield return SpecCase.Refused(
                "OP-011", $"account calls {name}", EntityKind.Account, $"account {message}", stage => stage.Operation(Act.By(stage.Helper, Act.Opcode(code))));
        }

        foreach ((byte code, string name) in _endsTheFrame)
        {
            string message = $"uses banned opcode: {name}";
            yield return SpecCase.Refused(
                "OP-011", $"account {name}", EntityKind.Account, $"account {message}", stage => stage.Operation(Burst(stage, code)));
            yield return SpecCase.Refused(
                "OP-011", $"paymaster {name}", EntityKind.Paymaster, $"paymaster {message}", stage => stage.Sponsored(stage.Paymaster, Burst(stage, code)));
            yield return SpecCase.Refused(
                "OP-011", $"factory {name}", EntityKind.Factory, $"factory {message}", stage => stage.Deploying(stage.Factory, Burst(stage, code)));
        }

        yield return SpecCase.Refused(
            "OP-011", "staked paymaster TIMESTAMP", EntityKind.Paymaster, "paymaster uses banned opcode: TIMESTAMP",
            stage => stage.Sponsored(stage.StakedPaymaster, Act.Opcode(0x42)));
        yield return SpecCase.Refused(
            "OP-011", "account by delegatecall NUMBER", EntityKind.Account, "account uses banned opcode: NUMBER",
            stage => stage.Operation(Act.WithCodeOf(stage.Helper, Act.Opcode(0x43))));
        yield return SpecCase.Refused(
            "OP-011", "account in a reverting call COINBASE", EntityKind.Account, "account uses banned opcode: COINBASE",
            stage => stage.Operation(Act.By(stage.Helper, Act.Opcode(0x41), Act.Revert())));
        yield return SpecCase.Accepted("OP-011", "account CHAINID is allowed", stage => stage.Operation(Act.Opcode(0x46)));
        yield return SpecCase.Accepted("OP-011", "a reverting call alone is allowed", stage => stage.Operation(Act.By(stage.Helper, Act.Revert())));
    }

    private static IEnumerable<SpecCase> Gas()
    {
        yield return SpecCase.Refused(
            "OP-012", "account GAS without a call", EntityKind.Account, "account uses banned opcode: GAS", stage => stage.Operation(Act.Opcode(0x5a)));
        yield return SpecCase.Refused(
            "OP-012", "paymaster GAS without a call", EntityKind.Paymaster, "paymaster uses banned opcode: GAS",
            stage => stage.Sponsored(stage.Paymaster, Act.Opcode(0x5a)));
        yield return SpecCase.Refused(
            "OP-012", "factory GAS without a call", EntityKind.Factory, "factory uses banned opcode: GAS",
            stage => stage.Deploying(stage.Factory, Act.Opcode(0x5a)));
        yield return SpecCase.Refused(
            "OP-012", "helper GAS without a call", EntityKind.Account, "account uses banned opcode: GAS",
            stage => stage.Operation(Act.By(stage.Helper, Act.Opcode(0x5a))));
        yield return SpecCase.Accepted("OP-012", "GAS before CALL is allowed", stage => stage.Operation(Act.By(stage.Helper)));
        yield return SpecCase.Accepted("OP-012", "GAS before STATICCALL is allowed", stage => stage.Operation(Act.StaticCall(stage.Helper, Act.Run())));
        yield return SpecCase.Accepted("OP-012", "GAS before DELEGATECALL is allowed", stage => stage.Operation(Act.WithCodeOf(stage.Helper)));
    }

    private static IEnumerable<SpecCase> Unassigned()
    {
        foreach (byte code in _unassigned)
        {
            string message = $"uses unassigned opcode: 0x{code:x2}";
            yield return SpecCase.Refused(
                "OP-013", $"account 0x{code:x2}", EntityKind.Account, $"account {message}", stage => stage.Operation(Burst(stage, code)));
            yield return SpecCase.Refused(
                "OP-013", $"paymaster 0x{code:x2}", EntityKind.Paymaster, $"paymaster {message}", stage => stage.Sponsored(stage.Paymaster, Burst(stage, code)));
        }
    }

    private static IEnumerable<SpecCase> OutOfGas()
    {
        yield return SpecCase.Refused(
            "OP-020", "account call", EntityKind.Account, "account internally runs out of gas",
            stage => stage.Operation(Act.CallWithGas(stage.Helper, 20_000, Act.Run(Act.Loop()))));
        yield return SpecCase.Refused(
            "OP-020", "account delegatecall", EntityKind.Account, "account internally runs out of gas",
            stage => stage.Operation(Act.DelegateCallWithGas(stage.Helper, 20_000, Act.Run(Act.Loop()))));
        yield return SpecCase.Refused(
            "OP-020", "paymaster call", EntityKind.Paymaster, "paymaster internally runs out of gas",
            stage => stage.Sponsored(stage.Paymaster, Act.CallWithGas(stage.Helper, 20_000, Act.Run(Act.Loop()))));
        yield return SpecCase.Refused(
            "OP-020", "factory call", EntityKind.Factory, "factory internally runs out of gas",
            stage => stage.Deploying(stage.Factory, Act.CallWithGas(stage.Helper, 20_000, Act.Run(Act.Loop()))));
        yield return SpecCase.Accepted(
            "OP-020", "enough gas is allowed", stage => stage.Operation(Act.CallWithGas(stage.Helper, 20_000, Act.Run())));
    }

    private static IEnumerable<SpecCase> Balances()
    {
        yield return SpecCase.Refused(
            "OP-080", "unstaked account BALANCE", EntityKind.Account, "unstaked account uses banned opcode: BALANCE",
            stage => stage.Operation(Act.Look(0x31, stage.Helper)));
        yield return SpecCase.Refused(
            "OP-080", "unstaked account SELFBALANCE", EntityKind.Account, "unstaked account uses banned opcode: SELFBALANCE",
            stage => stage.Operation(Act.Opcode(0x47)));
        yield return SpecCase.Refused(
            "OP-080", "unstaked paymaster BALANCE", EntityKind.Paymaster, "unstaked paymaster uses banned opcode: BALANCE",
            stage => stage.Sponsored(stage.Paymaster, Act.Look(0x31, stage.Helper)));
        yield return SpecCase.Refused(
            "OP-080", "unstaked paymaster SELFBALANCE", EntityKind.Paymaster, "unstaked paymaster uses banned opcode: SELFBALANCE",
            stage => stage.Sponsored(stage.Paymaster, Act.Opcode(0x47)));
        yield return SpecCase.Refused(
            "OP-080", "unstaked factory BALANCE", EntityKind.Factory, "unstaked factory uses banned opcode: BALANCE",
            stage => stage.Deploying(stage.Factory, Act.Look(0x31, stage.Helper)));
        yield return SpecCase.StakeTooLow(
            "SREP-010", "a paymaster locked too short looks at BALANCE", EntityKind.Paymaster, "unstaked paymaster uses banned opcode: BALANCE",
            stage => stage.Sponsored(stage.LowPaymaster, Act.Look(0x31, stage.Helper)));
        yield return SpecCase.StakeTooLow(
            "SREP-010", "a factory with too little looks at SELFBALANCE", EntityKind.Factory, "unstaked factory uses banned opcode: SELFBALANCE",
            stage => stage.Deploying(stage.LowFactory, Act.Opcode(0x47)));
        yield return SpecCase.Accepted(
            "SREP-010", "staked paymaster BALANCE", stage => stage.Sponsored(stage.StakedPaymaster, Act.Look(0x31, stage.Helper)));
        yield return SpecCase.Accepted(
            "OP-080", "staked account SELFBALANCE", stage => stage.OperationOf(stage.StakedAccount, Act.Opcode(0x47)));
        yield return SpecCase.Accepted(
            "OP-080", "staked factory BALANCE", stage => stage.Deploying(stage.StakedFactory, Act.Look(0x31, stage.Helper)));
    }

    /// <summary>Code that burns all gas or ends the frame, in the context of whoever does it.</summary>
    private static Act Burst(SpecStage stage, byte code) => Act.DelegateCallWithGas(stage.RawCode(code), 30_000);
}
