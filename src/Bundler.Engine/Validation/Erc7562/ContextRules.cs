using Bundler.Erc4337;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>EREP-040: an aggregator must be staked.</summary>
internal sealed class AggregatorNeedsStake : IErc7562Rule
{
    public IEnumerable<RuleViolation> Check(RuleContext context)
    {
        if (context.Aggregator is { } info && !context.Stakes.IsStaked(info))
        {
            yield return new RuleViolation(
                Erc7562Rule.Erep040, new Entity(EntityKind.Aggregator, info.Address), "unstaked aggregator") { CuredByStake = true };
        }
    }
}

/// <summary>EREP-050: a context costs the bundle gas in postOp, so only a staked paymaster may return one.</summary>
internal sealed class ContextNeedsStake : IErc7562Rule
{
    public IEnumerable<RuleViolation> Check(RuleContext context)
    {
        if (context.ContextLength > 0 && context.Operation.Paymaster is { } paymaster && !context.IsStaked(paymaster))
        {
            yield return new RuleViolation(
                Erc7562Rule.Erep050, new Entity(EntityKind.Paymaster, paymaster), "unstaked paymaster must not return context") { CuredByStake = true };
        }
    }
}

/// <summary>LIM-020: MAX_CONTEXT_SIZE.</summary>
internal sealed class ContextSize : IErc7562Rule
{
    public IEnumerable<RuleViolation> Check(RuleContext context)
    {
        if (context.ContextLength > context.Limits.MaxContextSize && context.Operation.Paymaster is { } paymaster)
        {
            yield return new RuleViolation(
                Erc7562Rule.Lim020, new Entity(EntityKind.Paymaster, paymaster), $"paymaster returns a context of {context.ContextLength} bytes")
            {
                Expected = $"at most {context.Limits.MaxContextSize} bytes",
                Got = $"{context.ContextLength} bytes",
            };
        }
    }
}
