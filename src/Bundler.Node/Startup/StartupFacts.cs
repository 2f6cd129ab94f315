using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;

namespace Bundler.Node.Startup;

/// <summary>What was found out before the start; what could not be asked is null or empty, and then no check speaks of it.</summary>
internal sealed record StartupFacts
{
    /// <summary>Faults of the arguments, files and options: sentences already.</summary>
    public IReadOnlyList<string> ConfigurationFaults { get; init; } = [];

    /// <summary>What the system lacks: sentences already.</summary>
    public IReadOnlyList<string> SystemFaults { get; init; } = [];

    /// <summary>Why the Ethereum node did not answer.</summary>
    public string? NodeFault { get; init; }

    /// <summary>The chain that the Ethereum node is on.</summary>
    public ulong? NodeChainId { get; init; }

    /// <summary>The chain that the configuration describes.</summary>
    public ChainProfile? Profile { get; init; }

    /// <summary>The chain files there are, for a chain that has none.</summary>
    public IReadOnlyList<ChainProfileFile> ChainFiles { get; init; } = [];

    public IReadOnlyList<EntryPointFact> EntryPoints { get; init; } = [];

    public IReadOnlyList<SignerFact> Signers { get; init; } = [];

    /// <summary>It sends bundles, and no signer is configured.</summary>
    public bool HasNoSigner { get; init; }

    /// <summary>What does not fit together of treasury, funding signer and signers: sentences already.</summary>
    public IReadOnlyList<string> FundsFaults { get; init; } = [];

    /// <summary>What does not fit together of paymasters, their keys and the bundlers': sentences already.</summary>
    public IReadOnlyList<string> SponsorFaults { get; init; } = [];

    /// <summary>S0-17: keys for grants that lie where they may only on a development chain: sentences already.</summary>
    public IReadOnlyList<string> UnsafeGrantKeys { get; init; } = [];

    /// <summary>A key is in this process, and nobody said that it may.</summary>
    public bool HasUnallowedLocalKey { get; init; }

    /// <summary>What the node may do.</summary>
    public NodeRoles Roles { get; init; } = NodeRoles.All;

    /// <summary>No other node can use its database.</summary>
    public bool IsAlone { get; init; }

    /// <summary>Health, metrics and the ledger are asked somewhere.</summary>
    public bool HasOperatorAddress { get; init; }

    public string? TracerName { get; init; }

    /// <summary>Why the node cannot trace, unless the operator has allowed to go without.</summary>
    public string? TracerFault { get; init; }

    /// <summary>A fault is asked for.</summary>
    public bool HasFaultsOnDemand { get; init; }

    /// <summary>Everybody's key may sign here: a development profile, and one of the chain ids that development chains have.</summary>
    public bool IsDevelopmentChain => Profile is { Development: true } profile && DevelopmentChain.Ids.Contains(profile.ChainId);
}
