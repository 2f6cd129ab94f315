using Bundler.Engine.Pool;

namespace Bundler.Engine.Bundling;

/// <summary>One reason why an operation does not fit into this bundle; pure.</summary>
public interface IBundleLimit
{
    /// <summary>Why not, or <c>null</c> if it fits.</summary>
    string? Check(BundleDraft draft, MempoolEntry next);
}
