using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Pool;
using Bundler.Erc4337;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>
/// Operations that do not offer any more what admission asks for (their validation has become cheaper, and the floor of EIP-7623 binds) may still pay in
/// company, which only measuring tells. So few of them go along that measuring the rest without them takes no time, and of each entity one.
/// </summary>
internal sealed class DoubtfulQuota : IBundleLimit
{
    private const int MaxInBundle = 8;

    public string? Check(BundleDraft draft, MempoolEntry next)
    {
        if (next.Coverage.IsAsAsked)
        {
            return null;
        }

        HashSet<Entity> own = [.. next.Entities];
        int others = 0;
        foreach (MempoolEntry entry in draft.Entries.Where(entry => !entry.Coverage.IsAsAsked))
        {
            others++;
            if (others >= MaxInBundle || entry.Entities.Any(own.Contains))
            {
                return "its preVerificationGas is no longer enough, and others like it are tried first";
            }
        }

        return null;
    }
}
