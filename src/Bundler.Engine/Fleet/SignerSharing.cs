namespace Bundler.Engine.Fleet;

/// <summary>Who uses the keys that several nodes are configured with.</summary>
public enum SignerSharing
{
    /// <summary>One node builds the bundles of all EntryPoints, with all keys.</summary>
    WithBuilder,

    /// <summary>EntryPoints and keys are divided evenly among the nodes that bundle.</summary>
    Divided,
}
