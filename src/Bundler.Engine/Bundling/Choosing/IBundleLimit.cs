using Bundler.Engine.Gas;
using Bundler.Engine.Pool;

namespace Bundler.Engine.Bundling.Choosing;

/// <summary>One reason why an operation does not fit into this bundle; pure.</summary>
public interface IBundleLimit
{
    /// <summary>Why not, or <c>null</c> if it fits.</summary>
    string? Check(BundleDraft draft, MempoolEntry next);

    /// <summary>It was tried, and waits for what has not come yet: it would not fit into any bundle.</summary>
    bool Waits(MempoolEntry entry, FeeQuote fees) => false;
}
