using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.ChainTests.Spec.Cases;

/// <summary>LIM-010, LIM-060, LIM-070, AUTH-010 with the ERC's own numbers, and LIM-030 by what validation really used.</summary>
internal static class LimitCases
{
    // Enough for the EntryPoint, and less than the 4000 to spare.
    private const ulong TooLittle = 3_500;

    public static IEnumerable<SpecCase> All()
    {
        yield return Admitted("LIM-010", "an operation of 8192 bytes", null, stage => Sized(stage, 8_192));
        yield return Admitted("LIM-010", "an operation of more than 8192 bytes", "the packed operation has", stage => Sized(stage, 8_224));
        yield return Admitted("LIM-060", "verificationGasLimit of 499999", null, stage => Modest(stage) with { VerificationGasLimit = 499_999 });
        yield return Admitted("LIM-060", "verificationGasLimit of 500000", "verificationGasLimit", stage => Modest(stage) with { VerificationGasLimit = 500_000 });
        yield return Admitted(
            "LIM-060", "paymasterVerificationGasLimit of 500000", "paymasterVerificationGasLimit",
            stage => stage.WithPaymaster(Modest(stage), stage.Paymaster) with { PaymasterVerificationGasLimit = 500_000 }) with { Since = EntryPointVersion.V07 };
        yield return Admitted(
            "LIM-060", "paymasterVerificationGasLimit of 499999", null,
            stage => stage.WithPaymaster(Modest(stage), stage.Paymaster) with { PaymasterVerificationGasLimit = 499_999 }) with { Since = EntryPointVersion.V07 };
        yield return Admitted("LIM-070", "preVerificationGas that covers", null, Modest);
        yield return Admitted("LIM-070", "preVerificationGas below the overhead", "preVerificationGas", stage => Modest(stage) with { PreVerificationGas = 50_000 });
        yield return Admitted("AUTH-010", "a tuple of the sender", null, stage => WithTuple(stage, 1337, own: true));
        yield return Admitted("AUTH-010", "a tuple of another", "eip7702Auth", stage => WithTuple(stage, 1337, own: false));
        yield return Admitted("AUTH-010", "a tuple for another chain", "eip7702Auth.chainId", stage => WithTuple(stage, 56, own: true));
        yield return Slackless() with { Since = EntryPointVersion.V07 };
        yield return SpecCase.Accepted(
            "LIM-030", "verificationGasLimit with slack", stage => stage.Operation() with { VerificationGasLimit = 80_000 });
        yield return SpecCase.Accepted(
            "LIM-030", "paymasterVerificationGasLimit with slack",
            stage => stage.Sponsored(stage.Paymaster) with { PaymasterVerificationGasLimit = 20_000 }) with { Since = EntryPointVersion.V07 };
    }

    private static SpecCase Slackless() => new(
        "LIM-030", "verificationGasLimit without slack",
        new Refusal(-32502, "account needs a higher verificationGasLimit", Erc7562Rule.Lim030, EntityKind.Account),
        async (stage, rules) =>
        {
            UserOperation operation = stage.Operation();
            ulong used = (await stage.MeasureAsync(operation)).VerificationGasUsed + EntryPointGas.OfVerification(stage.EntryPoint, operation);
            return await stage.ValidateAsync(operation with { VerificationGasLimit = used + TooLittle }, rules);
        });

    private static SpecCase Admitted(string rule, string title, string? refusal, Func<SpecStage, UserOperation> operation) =>
        new(
            rule, title, refusal is null ? null : new Refusal(-32602, refusal, null, null),
            (stage, rules) => Task.FromResult(stage.Admit(operation(stage), rules)));

    private static UserOperation Modest(SpecStage stage) => stage.Operation() with { VerificationGasLimit = 100_000 };

    private static UserOperation Sized(SpecStage stage, int bytes)
    {
        UserOperation operation = Modest(stage) with { PreVerificationGas = 1_000_000 };
        int empty = stage.EntryPoint.Operations.Pack(operation).Length;
        return operation with { CallData = Bytes.Own(new byte[bytes - empty]) };
    }

    private static UserOperation WithTuple(SpecStage stage, ulong chainId, bool own)
    {
        using PrivateKey key = PrivateKey.Parse(DevAccounts.All[6].PrivateKey);
        return Modest(stage) with
        {
            Sender = own ? key.Address : stage.Account,
            PreVerificationGas = 200_000,
            Eip7702Auth = Authorization.Sign(key, chainId, stage.Account, 0),
        };
    }
}
