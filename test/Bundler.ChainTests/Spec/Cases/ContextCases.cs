using Bundler.Erc4337;

namespace Bundler.ChainTests.Spec.Cases;

/// <summary>EREP-050, LIM-020: the context that a paymaster returns.</summary>
internal static class ContextCases
{
    public static IEnumerable<SpecCase> All() =>
    [
        SpecCase.Accepted("EREP-050", "unstaked paymaster without a context", stage => stage.Sponsored(stage.Paymaster)),
        SpecCase.Accepted("EREP-050", "staked paymaster with a context", stage => stage.Sponsored(stage.StakedPaymaster, Act.Answer(32))),
        SpecCase.Refused(
            "EREP-050", "unstaked paymaster with a context", EntityKind.Paymaster, "unstaked paymaster must not return context",
            stage => stage.Sponsored(stage.Paymaster, Act.Answer(32))),
        SpecCase.Refused(
            "EREP-050", "unstaked paymaster with one byte of context", EntityKind.Paymaster, "unstaked paymaster must not return context",
            stage => stage.Sponsored(stage.Paymaster, Act.Answer(1))),
        SpecCase.StakeTooLow(
            "EREP-050", "paymaster locked too short with a context", EntityKind.Paymaster, "unstaked paymaster must not return context",
            stage => stage.Sponsored(stage.LowPaymaster, Act.Answer(32))),
        SpecCase.Accepted("LIM-020", "a context of 2048 bytes", stage => stage.Sponsored(stage.StakedPaymaster, Act.Answer(2048))),
        SpecCase.Refused(
            "LIM-020", "a context of 2049 bytes", EntityKind.Paymaster, "paymaster returns a context of 2049 bytes",
            stage => stage.Sponsored(stage.StakedPaymaster, Act.Answer(2049))),
    ];
}
