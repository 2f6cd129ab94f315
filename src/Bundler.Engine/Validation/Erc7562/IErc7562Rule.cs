using Bundler.Erc4337;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>One rule of ERC-7562, or a family that must be told apart in one place: facts in, violations out. Pure.</summary>
public interface IErc7562Rule
{
    IEnumerable<RuleViolation> Check(RuleContext context);
}
