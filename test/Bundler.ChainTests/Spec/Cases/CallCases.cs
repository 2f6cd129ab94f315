using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Spec.Cases;

/// <summary>OP-061, OP-062: value and precompiles.</summary>
internal static class CallCases
{
    private const int P256Verify = 0x100;

    private static readonly int[] _refused = [0x12, 0x13, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0xff, 0x101];

    public static IEnumerable<SpecCase> All()
    {
        yield return SpecCase.Refused(
            "OP-061", "account sends value", EntityKind.Account, "account sends 1 wei", stage => stage.Operation(Act.Call(stage.Helper, value: 1)));
        yield return SpecCase.Refused(
            "OP-061", "paymaster sends value", EntityKind.Paymaster, "paymaster sends 1 wei",
            stage => stage.Sponsored(stage.Paymaster, Act.Call(stage.Helper, value: 1)));
        yield return SpecCase.Refused(
            "OP-061", "staked paymaster sends value", EntityKind.Paymaster, "paymaster sends 1 wei",
            stage => stage.Sponsored(stage.StakedPaymaster, Act.Call(stage.Helper, value: 1)));
        yield return SpecCase.Refused(
            "OP-061", "factory sends value", EntityKind.Factory, "factory sends 1 wei", stage => stage.Deploying(stage.Factory, Act.Call(stage.Helper, value: 1)));
        yield return SpecCase.Refused(
            "OP-061", "helper sends value", EntityKind.Account, "account sends 1 wei",
            stage => stage.Operation(Act.By(stage.Helper, Act.Call(stage.Account, value: 1))));
        yield return SpecCase.Refused(
            "OP-061", "account CALLCODE with value", EntityKind.Account, "account sends 1 wei",
            stage => stage.Operation(Act.DelegateCallWithGas(stage.RawCode(0xf2), 100_000)));
        yield return SpecCase.Accepted("OP-061", "a call without value is allowed", stage => stage.Operation(Act.Call(stage.Helper)));

        foreach (int number in Enumerable.Range(1, 0x11).Append(P256Verify))
        {
            yield return SpecCase.Accepted(
                "OP-062", $"precompile 0x{number:x2} is allowed", stage => stage.Operation(Act.CallWithGas(AddressOf(number), 100_000)));
        }

        foreach (int number in _refused)
        {
            yield return SpecCase.Refused(
                "OP-062", $"account precompile 0x{number:x2}", EntityKind.Account, $"account uses forbidden precompile: 0x{number:x}",
                stage => stage.Operation(Act.CallWithGas(AddressOf(number), 100_000)));
        }

        yield return SpecCase.Refused(
            "OP-062", "paymaster precompile 0x64", EntityKind.Paymaster, "paymaster uses forbidden precompile: 0x64",
            stage => stage.Sponsored(stage.StakedPaymaster, Act.CallWithGas(AddressOf(0x64), 100_000)));
    }

    private static Address AddressOf(int number) => Address.FromWord(Hash32.From(number).Span);
}
