using Bundler.Engine.Chain;
using Bundler.Engine.Development;
using Bundler.Engine.Fleet;
using Bundler.Erc4337.EntryPoints;
using Bundler.Rpc;

namespace Bundler.Node.Startup;

/// <summary>What keeps the node from starting, all of it at once: one sentence for each finding, and nothing is half started.</summary>
internal static class StartupChecks
{
    /// <summary>The list, in the order in which the findings are told.</summary>
    public static IReadOnlyList<Func<StartupFacts, IEnumerable<string>>> All { get; } =
    [
        facts => facts.ConfigurationFaults,
        facts => facts.SystemFaults,
        SomebodyHasEveryRole,
        SomebodyCanAskForHealth,
        NodeAnswers,
        ChainIsTheOneMeant,
        ChainIsDescribed,
        DevelopmentIsOnADevelopmentChain,
        FaultsAreOnADevelopmentChain,
        EntryPointsAreKnown,
        EntryPointsHaveCode,
        SomethingIsServed,
        ThereIsASigner,
        KeysAreInAVault,
        SignersAreFunded,
        SignersHaveNoCode,
        facts => facts.FundsFaults,
        facts => facts.SponsorFaults,
        GrantKeysAreInAVault,
        ThereIsATracer,
    ];

    public static IReadOnlyList<string> Find(StartupFacts facts) => [.. All.SelectMany(check => check(facts))];

    private static IEnumerable<string> SomebodyHasEveryRole(StartupFacts facts)
    {
        const NodeRoles Needed = NodeRoles.Rpc | NodeRoles.Bundle | NodeRoles.Index;
        if (facts.IsAlone && (Needed & ~facts.Roles) is var missing and not NodeRoles.None)
        {
            yield return $"{FleetOptions.Section}:{nameof(FleetOptions.Roles)} leaves out {missing.ToString().ToLowerInvariant()}, and no other node can use this database: "
                         + "give all roles, or use PostgreSQL.";
        }
    }

    private static IEnumerable<string> SomebodyCanAskForHealth(StartupFacts facts)
    {
        if (!facts.Roles.HasFlag(NodeRoles.Rpc) && !facts.HasOperatorAddress)
        {
            yield return $"A node without the role rpc opens no public port: say where its health and metrics are asked in {RpcOptions.Section}:{nameof(RpcOptions.OperatorAddress)}.";
        }
    }

    private static IEnumerable<string> NodeAnswers(StartupFacts facts)
    {
        if (facts.NodeFault is { } fault)
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> ChainIsTheOneMeant(StartupFacts facts)
    {
        if (facts is { NodeChainId: { } actual, Profile: { } profile } && profile.ChainId != actual)
        {
            yield return $"The Ethereum node is on chain {actual}, and the configuration is for chain {profile.ChainId} ({profile.Name}).";
        }
    }

    private static IEnumerable<string> ChainIsDescribed(StartupFacts facts)
    {
        if (facts is { NodeChainId: { } actual, ChainFiles.Count: > 0, Profile: null })
        {
            string known = string.Join(", ", facts.ChainFiles.Select(file => $"{file.Name} ({file.ChainId})"));
            yield return $"The Ethereum node is on chain {actual}, which no chain file describes: there are {known}; "
                         + $"write one and name it in {ChainOptions.Section}:{nameof(ChainOptions.Name)}.";
        }
    }

    private static IEnumerable<string> DevelopmentIsOnADevelopmentChain(StartupFacts facts)
    {
        if (facts.Profile is { Development: true } profile && !facts.IsDevelopmentChain)
        {
            yield return $"{ChainOptions.Section}:{nameof(ChainOptions.Development)} is for the chain ids "
                         + $"{string.Join(" and ", DevelopmentChain.Ids)}, not for {profile.ChainId}.";
        }
    }

    private static IEnumerable<string> FaultsAreOnADevelopmentChain(StartupFacts facts)
    {
        if (facts is { HasFaultsOnDemand: true, Profile: { } profile } && !facts.IsDevelopmentChain)
        {
            yield return $"{DevelopmentOptions.Section} asks for faults, which only development chains have, not chain {profile.ChainId}.";
        }
    }

    private static IEnumerable<string> EntryPointsAreKnown(StartupFacts facts) =>
        facts.EntryPoints.Where(fact => fact.EntryPoint.Version is null).Select(fact =>
            $"The version of the EntryPoint {fact.EntryPoint.Address} is not known: write {fact.EntryPoint.Address}=0.7, or whichever of {EntryPointVersionText.Known} it is.");

    private static IEnumerable<string> EntryPointsHaveCode(StartupFacts facts) =>
        facts.EntryPoints.Where(fact => fact is { EntryPoint.IsExplicit: true, HasCode: false }).Select(fact =>
            $"The EntryPoint {fact.EntryPoint.Address} has no code on chain {facts.NodeChainId}.");

    private static IEnumerable<string> SomethingIsServed(StartupFacts facts)
    {
        if (facts.EntryPoints.Count > 0 && facts.EntryPoints.All(fact => fact is { EntryPoint.IsExplicit: false, HasCode: false }))
        {
            yield return $"None of the known EntryPoints has code on chain {facts.NodeChainId}: name the one to serve with --entry-points.";
        }
    }

    private static IEnumerable<string> ThereIsASigner(StartupFacts facts)
    {
        if (facts is { HasNoSigner: true, Profile: { } profile } && !facts.IsDevelopmentChain)
        {
            yield return $"There is no signer for bundles on chain {profile.ChainId}: name a key with --signer-key-file.";
        }
    }

    private static IEnumerable<string> KeysAreInAVault(StartupFacts facts)
    {
        if (facts is { HasUnallowedLocalKey: true, Profile: { } profile } && !facts.IsDevelopmentChain)
        {
            yield return $"A key in this process (key file, keystore, mnemonic) does not sign on chain {profile.ChainId}: use a KMS or HSM, or allow it with --allow-local-key.";
        }
    }

    private static IEnumerable<string> SignersAreFunded(StartupFacts facts) =>
        facts.Profile is { Development: false }
            ? facts.Signers.Where(signer => signer.Balance.IsZero).Select(signer =>
                $"The signer {signer.Address} has no funds on chain {facts.NodeChainId}.")
            : [];

    // The rule of v0.9: handleOps is called by an account without code, delegation by EIP-7702 included.
    private static IEnumerable<string> SignersHaveNoCode(StartupFacts facts) =>
        facts.EntryPoints.Any(fact => fact is { EntryPoint.Version: EntryPointVersion.V09, HasCode: true })
            ? facts.Signers.Where(signer => signer.HasCode).Select(signer =>
                $"The signer {signer.Address} has code, and EntryPoint 0.9 takes bundles only from accounts without: use another key or end its EIP-7702 delegation.")
            : [];

    private static IEnumerable<string> GrantKeysAreInAVault(StartupFacts facts) => facts is { Profile: not null, IsDevelopmentChain: false } ? facts.UnsafeGrantKeys : [];

    private static IEnumerable<string> ThereIsATracer(StartupFacts facts)
    {
        if (facts.TracerFault is { } fault)
        {
            yield return fault;
        }
    }
}
