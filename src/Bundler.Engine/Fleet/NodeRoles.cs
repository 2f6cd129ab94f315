namespace Bundler.Engine.Fleet;

/// <summary>What a node may do.</summary>
[Flags]
public enum NodeRoles
{
    None = 0,

    /// <summary>Serves wallets at the public address.</summary>
    Rpc = 1,

    /// <summary>Builds, signs and sends bundles.</summary>
    Bundle = 2,

    /// <summary>Signs for paymasters.</summary>
    Sponsor = 4,

    /// <summary>Follows the chain into the index.</summary>
    Index = 8,

    All = Rpc | Bundle | Sponsor | Index,
}
