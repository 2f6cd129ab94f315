using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Spec.Cases;

/// <summary>EREP-040 and the list of the served aggregators.</summary>
internal static class AggregatorCases
{
    public static IEnumerable<SpecCase> All() =>
    [
        SpecCase.Accepted("EREP-040", "a served and staked aggregator", stage => stage.Operation(Named(stage.Aggregator))),
        SpecCase.Refused(
            "EREP-040", "an unstaked aggregator", EntityKind.Aggregator, "unstaked aggregator", stage => stage.Operation(Named(stage.UnstakedAggregator))),
        new(
            "EREP-040", "an aggregator that is not served", new Refusal(-32506, "unsupported aggregator", null, null),
            (stage, rules) => stage.ValidateAsync(stage.Operation(Named(stage.UnknownAggregator)), rules)),
        SpecCase.Refused(
            "OP-011", "aggregated account TIMESTAMP", EntityKind.Account, "account uses banned opcode: TIMESTAMP",
            stage => stage.Operation(Act.Opcode(0x42), Named(stage.Aggregator))),
        SpecCase.Refused(
            "OP-011", "aggregated account with a paymaster that uses NUMBER", EntityKind.Paymaster, "paymaster uses banned opcode: NUMBER",
            stage => stage.WithPaymaster(stage.Operation(Named(stage.Aggregator)), stage.Paymaster, Act.Opcode(0x43))),
    ];

    private static Act Named(Address aggregator) => Act.Answer(aggregator.ToWord().ToUInt256());
}
