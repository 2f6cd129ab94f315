using System.Collections;
using System.Text.Json;

namespace Bundler.Node.Configuration;

/// <summary>The layers of the configuration, lowest first: bundler.json ‹ chain file ‹ operator's file ‹ environment ‹ command line.</summary>
internal static class ConfigurationFiles
{
    private const string EnvironmentPrefix = "BUNDLER__";
    private const string OpenTelemetryPrefix = "OTEL_";

    /// <summary>config beside the program, wherever it was published to.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "config");

    public static string ChainFolder { get; } = Path.Combine(Folder, "chains");

    /// <summary>Every key with its default.</summary>
    /// <exception cref="ConfigurationFileException">The program's own file is gone or damaged.</exception>
    public static ConfigurationLayer Defaults() => FromFile(Path.Combine(Folder, "bundler.json"));

    /// <exception cref="ConfigurationFileException">The file cannot be read or is malformed.</exception>
    public static ConfigurationLayer FromFile(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            IConfigurationRoot file = new ConfigurationBuilder().AddJsonStream(stream).Build();
            return new ConfigurationLayer($"in {path}", file.AsEnumerable().ToDictionary(StringComparer.OrdinalIgnoreCase));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationFileException($"The configuration file {path} cannot be read: {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is FormatException or JsonException)
        {
            throw new ConfigurationFileException($"The configuration file {path} is malformed: {fault.Message}", fault);
        }
    }

    /// <summary>BUNDLER__RPC__PORT is Bundler:Rpc:Port.</summary>
    public static ConfigurationLayer FromEnvironment(IDictionary variables)
    {
        Dictionary<string, string?> settings = new(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry variable in variables)
        {
            if (variable.Key is string name && name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase))
            {
                settings[name.Replace("__", ":", StringComparison.Ordinal)] = variable.Value as string;
            }
        }

        return new ConfigurationLayer("in the environment", settings);
    }

    /// <summary>The standard variables of OpenTelemetry, under their own names.</summary>
    public static ConfigurationLayer OfOpenTelemetry(IDictionary variables)
    {
        Dictionary<string, string?> settings = new(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry variable in variables)
        {
            if (variable.Key is string name && name.StartsWith(OpenTelemetryPrefix, StringComparison.Ordinal))
            {
                settings[name] = variable.Value as string;
            }
        }

        return new ConfigurationLayer("in the environment", settings);
    }

    /// <summary>Later layers win.</summary>
    public static IConfigurationRoot Combine(IEnumerable<ConfigurationLayer> layers)
    {
        ConfigurationBuilder builder = new();
        foreach (ConfigurationLayer layer in layers)
        {
            builder.AddInMemoryCollection(layer.Keys.Select(key => KeyValuePair.Create(key, layer.Settings[key])));
        }

        return builder.Build();
    }
}
