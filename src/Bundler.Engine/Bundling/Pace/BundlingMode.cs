namespace Bundler.Engine.Bundling.Pace;

/// <summary>Whether bundles are built as operations arrive, or only on command (debug_bundler_sendBundleNow).</summary>
public enum BundlingMode
{
    Auto,
    Manual,
}
