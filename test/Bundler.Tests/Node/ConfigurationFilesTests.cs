using Bundler.Node.Configuration;
using Bundler.Node.Startup;
using Bundler.Testing;
using Microsoft.Extensions.Configuration;

namespace Bundler.Tests.Node;

public sealed class ConfigurationFilesTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("bundler-config-").FullName;

    [TearDown]
    public void DropFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Later_layers_win()
    {
        string file = Write("""{ "Bundler": { "Rpc": { "Port": 3, "Host": "file" }, "Pool": { "MaxPerSender": 3, "MaxQueuedNonces": 3 } } }""");
        Dictionary<string, string> environment = new() { ["BUNDLER__RPC__PORT"] = "4", ["Bundler__Pool__MaxPerSender"] = "4", ["BUNDLER_PORT"] = "no key" };
        LayerReader layers = new(CommandLine.Parse(["--port", "5", "--config", file]), environment);

        IConfigurationRoot configuration = layers.Combine();

        Assert.That(layers.Faults, Is.Empty);
        Assert.That(configuration["Bundler:Rpc:Port"], Is.EqualTo("5"));
        Assert.That(configuration["Bundler:Rpc:Host"], Is.EqualTo("file"));
        Assert.That(configuration["Bundler:Pool:MaxPerSender"], Is.EqualTo("4"));
        Assert.That(configuration["Bundler:Pool:MaxQueuedNonces"], Is.EqualTo("3"));
        Assert.That(configuration["Bundler:Pool:MaxOperations"], Is.EqualTo("20000"));
    }

    [Test]
    public void The_chain_file_stands_between_the_defaults_and_the_operators_own()
    {
        LayerReader layers = new(CommandLine.Parse(["--Bundler:Chain:MinStakeWei=7"]), new Dictionary<string, string>());

        bool isFound = layers.AddChainFile(new() { }, nodeChainId: 56);

        IConfigurationRoot configuration = layers.Combine();
        Assert.That(isFound);
        Assert.That(configuration["Bundler:Chain:Name"], Is.EqualTo("bsc"));
        Assert.That(configuration["Bundler:Chain:BlockTimeSeconds"], Is.EqualTo("0.45"));
        Assert.That(configuration["Bundler:Chain:MinStakeWei"], Is.EqualTo("7"));
        Assert.That(configuration["Bundler:Chain:Serve"], Is.Empty);
    }

    [Test]
    public void The_chain_that_is_asked_for_goes_before_the_one_of_the_node()
    {
        LayerReader byName = new(CommandLine.Parse([]), new Dictionary<string, string>());
        LayerReader byId = new(CommandLine.Parse([]), new Dictionary<string, string>());

        byName.AddChainFile(new() { Name = "sepolia" }, nodeChainId: 56);
        byId.AddChainFile(new() { ChainId = 1 }, nodeChainId: 56);

        Assert.That(byName.Combine()["Bundler:Chain:ChainId"], Is.EqualTo("11155111"));
        Assert.That(byId.Combine()["Bundler:Chain:Name"], Is.EqualTo("ethereum"));
    }

    [Test]
    public void A_chain_that_nobody_described_is_not_found() =>
        Assert.That(new LayerReader(CommandLine.Parse([]), new Dictionary<string, string>()).AddChainFile(new(), nodeChainId: 4242), Is.False);

    [Test]
    public void Unknown_keys_of_every_layer_are_named_with_their_nearest_neighbour()
    {
        string file = Write("""{ "Bundler": { "Pool": { "MaxOperation": 3 } }, "Logging": { "Level": "Debug" } }""");
        Dictionary<string, string> environment = new() { ["BUNDLER__RPC__PROT"] = "4" };

        LayerReader layers = new(CommandLine.Parse(["--Bundler:Gas:BundelSize=1", "--config", file]), environment);

        Assert.That(layers.Faults, Is.EqualTo(new[]
        {
            $"Unknown key Bundler:Pool:MaxOperation in {file}: did you mean Bundler:Pool:MaxOperations?",
            $"Unknown key Logging:Level in {file}: did you mean Bundler:Logging:Level?",
            "Unknown key BUNDLER:RPC:PROT in the environment: did you mean Bundler:Rpc:Port?",
            "Unknown key Bundler:Gas:BundelSize on the command line: did you mean Bundler:Gas:BundleSize?",
        }));
    }

    [Test]
    public void Keys_of_open_objects_and_arrays_are_known()
    {
        string file = Write("""
            { "Bundler": {
                // An address of a chain of ours.
                "Chain": { "EntryPoints": { "0x0000000071727De22E5E9d8BAf0edAc6f37da032": "0.7" } },
                "Ethereum": { "Headers": { "Authorization": "Bearer x" } },
                "Reputation": { "Allow": [ "0x0000000071727De22E5E9d8BAf0edAc6f37da032" ] } } }
            """);

        LayerReader layers = new(CommandLine.Parse(["--config", file, "--Bundler:Reputation:Allow:x=1"]), new Dictionary<string, string>());

        Assert.That(layers.Faults, Is.EqualTo(new[]
        {
            "Unknown key Bundler:Reputation:Allow:x on the command line: did you mean Bundler:Reputation:Allow?",
        }));
    }

    /// <summary>Whoever misspells a limit has none.</summary>
    [TestCase("Bundler:Sponsor:Paymasters:v07:MaxPerHuor", "Bundler:Sponsor:Paymasters:v07:MaxPerHour")]
    [TestCase("Bundler:Ethereum:Endpoints:main:RequestPerSecond", "Bundler:Ethereum:Endpoints:main:RequestsPerSecond")]
    [TestCase("Bundler:Signing:AwsKms:one:KeyIdd", "Bundler:Signing:AwsKms:one:KeyId")]
    [TestCase("Bundler:GrantSigning:Keystores:one:Fil", "Bundler:GrantSigning:Keystores:one:File")]
    [TestCase("Bundler:Senders:Relays:one:Ur", "Bundler:Senders:Relays:one:Url")]
    [TestCase("Bundler:Sponsor:Paymasters:v07:MaxPerHour:x", "Bundler:Sponsor:Paymasters:v07:MaxPerHour")]
    public void A_key_that_no_entry_has_is_unknown(string key, string meant)
    {
        LayerReader layers = new(CommandLine.Parse([$"--{key}=3"]), new Dictionary<string, string>());

        Assert.That(layers.Faults, Is.EqualTo(new[] { $"Unknown key {key} on the command line: did you mean {meant}?" }));
    }

    [TestCase("Bundler:Ethereum:Endpoints:main:Headers:Authorization")]
    [TestCase("bundler:sponsor:paymasters:V07:maxperhour")]
    public void A_key_that_an_entry_has_is_known(string key) =>
        Assert.That(new LayerReader(CommandLine.Parse([$"--{key}=3"]), new Dictionary<string, string>()).Faults, Is.Empty);

    /// <summary>The configuration binder leaves such an entry out, and says nothing.</summary>
    [TestCase("Bundler:Sponsor:Paymasters:v07:MaxPerHour", "-3")]
    [TestCase("Bundler:Sponsor:Paymasters:v07:MaxTotal", "1.5")]
    [TestCase("Bundler:Sponsor:Paymasters:v07:AcceptUnknownCode", "yes")]
    [TestCase("Bundler:Ethereum:Endpoints:main:RequestsPerSecond", "many")]
    public void A_value_of_an_entry_that_cannot_be_read_is_named(string key, string value)
    {
        LayerReader layers = new(CommandLine.Parse([$"--{key}={value}"]), new Dictionary<string, string>());

        Assert.That(NamedEntries.Faults(layers.Combine()), Has.One.Contains(key));
    }

    [TestCase("{ \"Bundler\": ", "is malformed")]
    [TestCase("[]", "is malformed")]
    public void A_malformed_file_is_named(string content, string fault)
    {
        string file = Write(content);

        LayerReader layers = new(CommandLine.Parse(["--config", file]), new Dictionary<string, string>());

        Assert.That(layers.Faults, Has.Count.EqualTo(1).And.One.StartsWith($"The configuration file {file} {fault}"));
    }

    [Test]
    public void A_missing_file_is_named()
    {
        LayerReader layers = new(CommandLine.Parse(["--config", "/nowhere/mine.json"]), new Dictionary<string, string>());

        Assert.That(layers.Faults, Has.Count.EqualTo(1).And.One.StartsWith("The configuration file /nowhere/mine.json cannot be read"));
    }

    [Test]
    public void Every_key_of_every_options_class_stands_in_bundler_json_with_its_default()
    {
        SortedDictionary<string, string> expected = new(StringComparer.Ordinal);
        foreach (OptionsClass options in OptionsCatalog.All)
        {
            object defaults = Activator.CreateInstance(options.Type)!;
            foreach (System.Reflection.PropertyInfo property in options.Type.GetProperties().Where(IsBound))
            {
                expected[$"{options.Section}:{property.Name}"] = Text(property.GetValue(defaults));
            }
        }

        ConfigurationLayer file = ConfigurationFiles.Defaults();
        SortedDictionary<string, string> actual = new(file.Keys.ToDictionary(key => key, key => Text(file.Settings[key])), StringComparer.Ordinal);

        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public void Every_key_of_bundler_json_has_a_sentence()
    {
        string[] lines = File.ReadAllLines(Repo.PathOf("config/bundler.json"));

        IEnumerable<string> silent = lines.Zip(lines.Skip(1))
            .Where(pair => pair.Second.StartsWith("      \"", StringComparison.Ordinal) && !pair.First.TrimStart().StartsWith("// ", StringComparison.Ordinal))
            .Select(pair => pair.Second);

        Assert.That(silent, Is.Empty);
    }

    [Test]
    public void Every_options_class_of_the_product_is_in_the_catalog()
    {
        IEnumerable<Type> classes = OptionsCatalog.All.Select(options => options.Type.Assembly).Distinct()
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetField("Section") is { IsLiteral: true });

        Assert.That(OptionsCatalog.All.Select(options => options.Type), Is.EquivalentTo(classes));
    }

    private static bool IsBound(System.Reflection.PropertyInfo property) =>
        property.CanWrite || (property.PropertyType != typeof(string) && typeof(System.Collections.IEnumerable).IsAssignableFrom(property.PropertyType));

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        System.Collections.IEnumerable items when !items.Cast<object>().Any() => "",
        System.Collections.IEnumerable items => string.Join(',', items.Cast<object>()),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private string Write(string content)
    {
        string file = Path.Combine(_folder, "mine.json");
        File.WriteAllText(file, content);
        return file;
    }
}
