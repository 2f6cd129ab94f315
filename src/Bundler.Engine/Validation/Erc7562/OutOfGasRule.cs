using Bundler.Erc4337;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>OP-020: a frame that ends by running out of gas may end otherwise with a little more or less of it.</summary>
internal sealed class OutOfGasRule : IErc7562Rule
{
    public IEnumerable<RuleViolation> Check(RuleContext context) =>
        from visited in context.Frames
        where visited.Frame.OutOfGas
        select new RuleViolation(Erc7562Rule.Op020, visited.Entity, $"{visited.Entity.Title} internally runs out of gas")
        {
            Address = visited.Frame.To,
            FramePath = visited.Path,
        };
}
