using System.Collections;
using Bundler.Engine.Chain;
using Bundler.Node.Configuration;

namespace Bundler.Node.Startup;

/// <summary>Reads the layers of the configuration and remembers what is wrong with them.</summary>
internal sealed class LayerReader
{
    private readonly List<string> _faults;
    private readonly List<ConfigurationLayer> _own = [];
    private readonly ConfigurationLayer _defaults = new("", new Dictionary<string, string?>());
    private readonly ConfigurationLayer _telemetry;
    private ConfigurationLayer? _chain;

    public LayerReader(CommandLine commandLine, IDictionary environment)
    {
        _faults = [.. commandLine.Findings];
        try
        {
            _defaults = ConfigurationFiles.Defaults();
            if (commandLine.ConfigFile is { } path)
            {
                _own.Add(ConfigurationFiles.FromFile(path));
            }

            ChainFiles = ChainProfileFile.LoadAll(ConfigurationFiles.ChainFolder);
        }
        catch (Exception fault) when (fault is ConfigurationFileException or ChainFileException)
        {
            _faults.Add(fault.Message);
        }

        _telemetry = ConfigurationFiles.OfOpenTelemetry(environment);
        _own.Add(ConfigurationFiles.FromEnvironment(environment));
        _own.Add(commandLine.Layer);
        UnknownKeys unknown = new(_defaults);
        _faults.AddRange(_own.SelectMany(unknown.In));
    }

    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public IReadOnlyList<ChainProfileFile> ChainFiles { get; } = [];

    /// <summary>All layers that there are by now.</summary>
    public IConfigurationRoot Combine() => ConfigurationFiles.Combine([_defaults, _telemetry, .. _chain is null ? [] : (ConfigurationLayer[])[_chain], .. _own]);

    /// <summary>
    /// Puts the chain file into its place: the one that the operator names, or the one of the chain id that he or else the Ethereum node says.
    /// </summary>
    /// <returns>False when there is none.</returns>
    public bool AddChainFile(ChainOptions asked, ulong? nodeChainId)
    {
        ulong? chainId = asked.ChainId == 0 ? nodeChainId : asked.ChainId;
        try
        {
            ChainProfileFile? file = asked.Name.Length > 0
                ? ChainProfileFile.Load(ConfigurationFiles.ChainFolder, asked.Name)
                : ChainFiles.FirstOrDefault(known => known.ChainId == chainId);
            _chain = file is null ? null : new ConfigurationLayer($"in the chain file {file.Name}", file.Settings);
        }
        catch (ChainFileException fault)
        {
            _faults.Add(fault.Message);
        }

        return _chain is not null;
    }
}
