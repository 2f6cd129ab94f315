using Bundler.Engine.Chain;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Node.Startup;
using Bundler.Paymaster.Options;
using Bundler.Paymaster.Setup;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Commands;

/// <summary>The chain and the configuration of a command that looks at paymasters: no keys, and no store before it is asked for.</summary>
internal sealed class PaymasterDesk : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private PaymasterDesk(ServiceProvider services, ulong chainId)
    {
        _services = services;
        ChainId = chainId;
        ChainProfile chain = services.GetRequiredService<IOptions<ChainOptions>>().Value.ToProfile();
        string served = services.GetRequiredService<IOptions<ChainOptions>>().Value.Serve;
        EntryPoints =
        [
            .. ListedEntryPoint.Read(served, chain.EntryPoints).Where(listed => listed.Version is not null).Select(listed => EntryPointCatalog.Create(listed.Version!.Value, listed.Address))
                .Concat(chain.EntryPoints.Select(known => EntryPointCatalog.Create(known.Version, known.Address)))
                .Concat(EntryPointCatalog.Canonical).DistinctBy(entryPoint => entryPoint.Address),
        ];
        Defaults = new WishDefaults(EntryPoints, chain.MinStakeWei, chain.MinUnstakeDelaySeconds);
        Reader = services.GetRequiredService<PaymasterReader>();
        Ledger = new LedgerDoor(services);
        Sponsor = services.GetRequiredService<IOptions<SponsorOptions>>().Value;
    }

    public ulong ChainId { get; }

    /// <summary>All whose version is known, served or not.</summary>
    public IReadOnlyList<EntryPoint> EntryPoints { get; }

    /// <summary>What a wish may leave out on this chain.</summary>
    public WishDefaults Defaults { get; }

    public PaymasterReader Reader { get; }

    /// <summary>What is owed.</summary>
    public LedgerDoor Ledger { get; }

    public SponsorOptions Sponsor { get; }

    /// <summary>For how long a grant of this configuration lives at most.</summary>
    public ulong LongestGrantSeconds => (ulong)(Sponsor.WindowSeconds + Sponsor.SkewSeconds);

    /// <exception cref="CommandFaultException">There is no such chain.</exception>
    public static async Task<PaymasterDesk> OpenAsync(LayerReader layers, CancellationToken cancellationToken)
    {
        ulong chainId;
        await using (ServiceProvider first = NodeServices.Rooms(layers.Combine()))
        {
            TimeSpan limit = TimeSpan.FromSeconds(first.GetRequiredService<IOptions<EthereumOptions>>().Value.StartupTimeoutSeconds);
            chainId = await ActivatorUtilities.CreateInstance<FirstContact>(first).ChainIdAsync(limit, cancellationToken);
            layers.AddChainFile(first.GetRequiredService<IOptions<ChainOptions>>().Value, chainId);
        }

        ServiceProvider services = NodeServices.Rooms(layers.Combine());
        ulong wanted = services.GetRequiredService<IOptions<ChainOptions>>().Value.ChainId;
        string[] faults = [.. layers.Faults, .. wanted != 0 && wanted != chainId ? (string[])[$"The Ethereum node is on chain {chainId}, and the configuration is for {wanted}."] : []];
        if (faults.Length > 0)
        {
            await services.DisposeAsync();
            throw new CommandFaultException(faults);
        }

        return new PaymasterDesk(services, chainId);
    }

    /// <summary>One that is asked for by its name in the configuration, or by its address.</summary>
    /// <exception cref="CommandFaultException">There is none.</exception>
    public async Task<(Address Address, EntryPoint EntryPoint)> FindAsync(string nameOrAddress, CancellationToken cancellationToken)
    {
        if (Sponsor.Paymasters.TryGetValue(nameOrAddress, out PaymasterOptions? configured))
        {
            return (Address.Parse(configured.Address), EntryPointAt(Address.Parse(configured.EntryPoint)));
        }

        if (!nameOrAddress.StartsWith("0x", StringComparison.Ordinal))
        {
            throw new CommandFaultException($"No paymaster of the configuration is called {nameOrAddress}, and it is no address.");
        }

        Address address = Address.ParseChecksummed(nameOrAddress);
        return await Reader.EntryPointAsync(address, cancellationToken) is { } entryPoint
            ? (address, EntryPointAt(entryPoint))
            : throw new CommandFaultException($"The contract at {address} names no EntryPoint, or there is none.");
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private EntryPoint EntryPointAt(Address address) => EntryPoints.FirstOrDefault(known => known.Address == address)
        ?? throw new CommandFaultException($"The version of the EntryPoint {address} is not known: name it in Bundler:Chain:EntryPoints.");
}
