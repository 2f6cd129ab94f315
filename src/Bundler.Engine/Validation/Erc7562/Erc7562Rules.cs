using Bundler.Erc4337;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>The rules that one trace can judge, in the order in which a client hears of them.</summary>
public static class Erc7562Rules
{
    public static IReadOnlyList<IErc7562Rule> All { get; } =
    [
        new BannedOpcodes(),          // OP-011
        new GasOnlyBeforeCall(),      // OP-012
        new UnassignedOpcodes(),      // OP-013
        new OutOfGasRule(),           // OP-020
        new CreationRules(),          // OP-031 OP-032 EREP-060 EREP-061
        new OnlyDeployedCode(),       // OP-041 OP-042
        new EntryPointAccess(),       // OP-051 … OP-055
        new NoValueTransfer(),        // OP-061
        new KnownPrecompiles(),       // OP-062
        new BalanceNeedsStake(),      // OP-080
        new StorageRules(),           // OP-070 STO-010 … STO-033
        new AggregatorNeedsStake(),   // EREP-040
        new ContextNeedsStake(),      // EREP-050
        new ContextSize(),            // LIM-020
        new DelegatedOnlyAsSender(),  // AUTH-020
        new DelegatedOnlyIfSender(),  // AUTH-030
        new GasSlackRule(),           // LIM-030
    ];

    /// <summary>Every violation of an operation.</summary>
    public static IReadOnlyList<RuleViolation> Judge(RuleContext context) => 
        [.. All.SelectMany(rule => rule.Check(context)).Where(violation => context.Rules.Has(violation.Rule))];
}
