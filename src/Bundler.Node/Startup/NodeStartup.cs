using Bundler.Engine.Chain;
using Bundler.Engine.Development;
using Bundler.Engine.Fleet;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Node.Configuration;
using Bundler.Operations.Funds;
using Bundler.Paymaster.Contracts;
using Bundler.Paymaster.Options;
using Bundler.Rpc;
using Bundler.Signing;
using Bundler.Signing.Grants;
using Bundler.Storage;

namespace Bundler.Node.Startup;

/// <summary>From the layers of the configuration to a node that can start: asks the Ethereum node and judges what was found.</summary>
internal sealed class NodeStartup(LayerReader layers, NodeCommand command)
{
    private readonly List<string> _faults = [];

    public async Task<Preparation> PrepareAsync(CancellationToken cancellationToken)
    {
        (ulong? chainId, string? nodeFault) = await AskChainIdAsync(cancellationToken);
        bool isDescribed = AddChainFile(chainId);
        IConfigurationRoot configuration = layers.Combine();
        await using ServiceProvider rooms = NodeServices.Rooms(configuration);
        _faults.AddRange(OptionsCatalog.Find(rooms));
        _faults.AddRange(NamedEntries.Faults(configuration));
        StartupFacts facts = new()
        {
            NodeChainId = chainId,
            NodeFault = nodeFault,
            ChainFiles = layers.ChainFiles,
            SystemFaults = [.. SystemFaults.MissingLibraries(), .. command == NodeCommand.Run ? SystemFaults.OfRunning(rooms) : []],
            HasFaultsOnDemand = OptionsCatalog.Valid<DevelopmentOptions>(rooms) is { IsUsed: true },
            Roles = OptionsCatalog.Valid<FleetOptions>(rooms)?.RoleSet ?? NodeRoles.All,
            IsAlone = OptionsCatalog.Valid<StorageOptions>(rooms) is not null && !rooms.GetRequiredService<ILeaseStore>().IsShared,
            HasOperatorAddress = OptionsCatalog.Valid<RpcOptions>(rooms) is not { OperatorAddress: "" },
            Profile = isDescribed && OptionsCatalog.Valid<ChainOptions>(rooms) is { } chain ? Read(chain.ToProfile) : null,
        };
        facts = await AskChainAsync(rooms, facts, cancellationToken);
        IReadOnlyList<string> findings = StartupChecks.Find(facts with { ConfigurationFaults = [.. layers.Faults, .. _faults] });
        return findings.Count > 0
            ? new Preparation(null, findings)
            : new Preparation(new PreparedNode(configuration, facts.Profile!, Served(facts), facts.HasNoSigner, facts.TracerName!), findings);
    }

    private static ServedEntryPoints Served(StartupFacts facts) => Served(facts.EntryPoints);

    private static ServedEntryPoints Served(IReadOnlyList<EntryPointFact> entryPoints) => new(
    [
        .. entryPoints.Where(fact => fact is { HasCode: true, EntryPoint.Version: not null }).Select(fact => EntryPointCatalog.Create(fact.EntryPoint.Version!.Value, fact.EntryPoint.Address)),
    ]);

    private async Task<(ulong? ChainId, string? Fault)> AskChainIdAsync(CancellationToken cancellationToken)
    {
        await using ServiceProvider rooms = NodeServices.Rooms(layers.Combine());
        if (OptionsCatalog.Valid<EthereumOptions>(rooms) is not { } options)
        {
            return (null, null);
        }

        FirstContact contact = ActivatorUtilities.CreateInstance<FirstContact>(rooms);
        return await AskAsync(async () => (ulong?)await contact.ChainIdAsync(TimeSpan.FromSeconds(options.StartupTimeoutSeconds), cancellationToken));
    }

    private bool AddChainFile(ulong? nodeChainId)
    {
        using ServiceProvider rooms = NodeServices.Rooms(layers.Combine());
        return OptionsCatalog.Valid<ChainOptions>(rooms) is { } asked && layers.AddChainFile(asked, nodeChainId);
    }

    private async Task<StartupFacts> AskChainAsync(ServiceProvider rooms, StartupFacts facts, CancellationToken cancellationToken)
    {
        if (facts is not { NodeChainId: not null, Profile: { } profile } || OptionsCatalog.Valid<ChainOptions>(rooms) is not { } options
            || Read(() => ListedEntryPoint.Read(options.Serve, profile.EntryPoints)) is not { } listed)
        {
            return facts;
        }

        EthClient eth = rooms.GetRequiredService<EthClient>();
        SigningOptions? signing = OptionsCatalog.Valid<SigningOptions>(rooms);
        bool bundles = facts.Roles.HasFlag(NodeRoles.Bundle);
        IReadOnlyList<Address>? signers = facts.SystemFaults.Count == 0 && signing is not null
            ? [.. rooms.GetRequiredService<Keyring>().Signers.Select(signer => signer.Address)]
            : null;
        (ChainFacts? chain, string? fault) = await AskAsync(() => ChainFacts.ReadAsync(eth, listed, signers ?? [], cancellationToken));
        (string? tracer, string? tracerFault) = await AskForTracerAsync(rooms, cancellationToken);
        return facts with
        {
            TracerName = tracer,
            TracerFault = tracerFault,
            EntryPoints = chain?.EntryPoints ?? [],
            Signers = chain?.Signers ?? [],
            HasNoSigner = bundles && signers is { Count: 0 },
            FundsFaults = OptionsCatalog.Valid<FundsOptions>(rooms) is { } funds && signers is { Count: > 0 }
                ? [.. funds.ToBand().Faults(signers, [.. listed.Select(entryPoint => entryPoint.Address)])]
                : [],
            HasUnallowedLocalKey = bundles && signing is { HasLocalKey: true, AllowLocalKey: false },
            SponsorFaults = SponsorOf(rooms, facts) is { } sponsor
                ?
                [
                    .. Paymasters.Faults(sponsor, Served(chain?.EntryPoints ?? []).All, GrantKeysOf(rooms), signers is null ? [] : [.. signers]),
                    .. OptionsCatalog.Valid<GrantGuardOptions>(rooms) is { } guard ? GuardFaults.Of(sponsor, guard) : [],
                ]
                : [],
            UnsafeGrantKeys = SponsorOf(rooms, facts) is not null && OptionsCatalog.Valid<GrantSigningOptions>(rooms) is { } grantSigning
                ? [.. GrantKeys.FaultsInProduction(grantSigning)]
                : [],
            NodeFault = fault,
        };
    }

    private static SponsorOptions? SponsorOf(ServiceProvider rooms, StartupFacts facts) =>
        facts.Roles.HasFlag(NodeRoles.Sponsor) && OptionsCatalog.Valid<SponsorOptions>(rooms) is { Enabled: true } sponsor ? sponsor : null;

    private static IReadOnlyCollection<Address> GrantKeysOf(ServiceProvider rooms) => OptionsCatalog.Valid<GrantSigningOptions>(rooms) is null
        ? []
        : [.. rooms.GetRequiredService<OpenGrantKeys>().Keyring.Signers.Select(signer => signer.Address)];

    private static async Task<(string? Name, string? Fault)> AskForTracerAsync(ServiceProvider rooms, CancellationToken cancellationToken)
    {
        if (OptionsCatalog.Valid<ValidationOptions>(rooms) is null)
        {
            return (null, null);
        }

        try
        {
            ITraceSource tracer = await rooms.GetRequiredService<ProbedTraceSource>().ProbeAsync(cancellationToken);
            return (tracer.Name, null);
        }
        catch (Exception fault) when (fault is TracerMissingException or TransportException)
        {
            return (null, Sentence(fault.Message));
        }
    }

    private static async Task<(T? Answer, string? Fault)> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return (await ask(), null);
        }
        catch (TransportException fault)
        {
            return (default, Sentence($"the Ethereum node does not answer: {fault.Message}"));
        }
        catch (ChainDisputedException fault)
        {
            return (default, Sentence(fault.Message));
        }
        catch (Exception fault) when (fault is JsonRpcException or CodecException)
        {
            return (default, Sentence($"the Ethereum node does not answer what it was asked: {fault.Message}"));
        }
    }

    private T? Read<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (CodecException fault)
        {
            _faults.Add(Sentence(fault.Message));
            return null;
        }
    }

    private static string Sentence(string message) => $"{char.ToUpperInvariant(message[0])}{message[1..].TrimEnd('.')}.";
}
