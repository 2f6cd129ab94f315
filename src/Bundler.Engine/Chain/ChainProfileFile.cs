using System.Globalization;
using System.Text.Json;

namespace Bundler.Engine.Chain;

/// <summary>One file of config/chains: what differs on that chain, on top of at most one other file that it extends.</summary>
public sealed class ChainProfileFile
{
    private const string Extends = "extends";
    private const string EntryPoints = "entryPoints";
    private const string Extension = ".json";

    // Name and extends belong to the file itself; the rest are the keys of ChainOptions.
    private static readonly string[] _keys =
    [
        "chainId", EntryPoints, "blockTimeSeconds", "minStakeWei", "minUnstakeDelaySeconds", "transactionGasLimit", "maxTransactionBytes",
        "minPriorityFeeWei", "riskAllowanceWei", "eip7623", "development",
    ];

    private static readonly JsonDocumentOptions _format = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private ChainProfileFile(string name, ulong chainId, IReadOnlyDictionary<string, string?> settings)
    {
        Name = name;
        ChainId = chainId;
        Settings = settings;
    }

    /// <summary>The file's name without its extension.</summary>
    public string Name { get; }

    public ulong ChainId { get; }

    /// <summary>As keys of a configuration, below <see cref="ChainOptions.Section"/>.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; }

    /// <summary>Every chain file of a folder, by name.</summary>
    /// <exception cref="ChainFileException">One of them is malformed.</exception>
    public static IReadOnlyList<ChainProfileFile> LoadAll(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal).Select(LoadFile)];

    /// <summary>The file of that name in the folder; a name that ends in .json is a path of its own.</summary>
    /// <exception cref="ChainFileException">There is none, or it is malformed.</exception>
    public static ChainProfileFile Load(string folder, string name) =>
        LoadFile(name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? name : Path.Combine(folder, name + Extension));

    private static ChainProfileFile LoadFile(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        Dictionary<string, JsonElement> members = Read(path);
        if (members.Remove(Extends, out JsonElement below))
        {
            string parent = Path.Combine(Path.GetDirectoryName(path) ?? ".", Text(path, Extends, below) + Extension);
            Dictionary<string, JsonElement> inherited = Read(parent);
            if (inherited.ContainsKey(Extends))
            {
                throw new ChainFileException($"{path} extends {parent}, which extends another: one level is allowed.");
            }

            foreach ((string key, JsonElement value) in inherited)
            {
                members.TryAdd(key, value);
            }
        }

        if (!members.TryGetValue("chainId", out JsonElement id) || id.ValueKind != JsonValueKind.Number || !id.TryGetUInt64(out ulong chainId) || chainId == 0)
        {
            throw new ChainFileException($"{path} has no chainId.");
        }

        return new ChainProfileFile(name, chainId, Flatten(path, name, members));
    }

    private static Dictionary<string, JsonElement> Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path), _format);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new ChainFileException($"{path} is not a JSON object.");
            }

            Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                if (member.Name != Extends && !_keys.Contains(member.Name))
                {
                    throw new ChainFileException($"{path} has an unknown key {member.Name}: the known ones are {Extends}, {string.Join(", ", _keys)}.");
                }

                members[member.Name] = member.Value.Clone();
            }

            return members;
        }
        catch (JsonException fault)
        {
            throw new ChainFileException($"{path} is not JSON: {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ChainFileException($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    private static Dictionary<string, string?> Flatten(string path, string name, Dictionary<string, JsonElement> members)
    {
        Dictionary<string, string?> settings = new(StringComparer.OrdinalIgnoreCase) { [$"{ChainOptions.Section}:{nameof(ChainOptions.Name)}"] = name };
        foreach ((string key, JsonElement value) in members)
        {
            if (key != EntryPoints)
            {
                settings[$"{ChainOptions.Section}:{key}"] = Text(path, key, value);
                continue;
            }

            if (value.ValueKind != JsonValueKind.Object)
            {
                throw new ChainFileException($"{path}: {EntryPoints} must be an object of address and version.");
            }

            foreach (JsonProperty entryPoint in value.EnumerateObject())
            {
                settings[$"{ChainOptions.Section}:{EntryPoints}:{entryPoint.Name}"] = Text(path, entryPoint.Name, entryPoint.Value);
            }
        }

        return settings;
    }

    private static string Text(string path, string key, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True or JsonValueKind.False => value.GetBoolean().ToString(CultureInfo.InvariantCulture),
        _ => throw new ChainFileException($"{path}: {key} must be a text, a number or a truth value."),
    };
}
