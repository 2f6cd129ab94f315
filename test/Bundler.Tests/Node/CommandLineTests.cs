using Bundler.Node.Configuration;

namespace Bundler.Tests.Node;

public sealed class CommandLineTests
{
    [TestCase("--rpc-url", "Bundler:Ethereum:Url")]
    [TestCase("--port", "Bundler:Rpc:Port")]
    [TestCase("--host", "Bundler:Rpc:Host")]
    [TestCase("--data-dir", "Bundler:Storage:DataDirectory")]
    [TestCase("--entry-points", "Bundler:Chain:Serve")]
    [TestCase("--signer-key-file", "Bundler:Signing:KeyFile")]
    [TestCase("--bundling", "Bundler:Bundling:Mode")]
    public void A_short_name_stands_for_a_key(string option, string key)
    {
        Assert.That(CommandLine.Parse([option, "value"]).Layer.Settings, Is.EqualTo(new Dictionary<string, string?> { [key] = "value" }));
        Assert.That(CommandLine.Parse([option + "=value"]).Layer.Settings, Is.EqualTo(new Dictionary<string, string?> { [key] = "value" }));
    }

    [Test]
    public void The_debug_api_needs_no_value()
    {
        CommandLine line = CommandLine.Parse(["--debug-api", "--port", "1"]);

        Assert.That(line.Layer.Settings["Bundler:Rpc:DebugApi"], Is.EqualTo("True"));
        Assert.That(line.Layer.Settings["Bundler:Rpc:Port"], Is.EqualTo("1"));
        Assert.That(line.Findings, Is.Empty);
    }

    [Test]
    public void Any_key_can_be_given_by_its_own_name()
    {
        CommandLine line = CommandLine.Parse(["--Bundler:Pool:MaxOperations=5", "--Bundler:Bundling:Beneficiary=", "--bundler:gas:BundleSize", "2"]);

        Assert.That(line.Findings, Is.Empty);
        Assert.That(line.Layer.Settings["Bundler:Pool:MaxOperations"], Is.EqualTo("5"));
        Assert.That(line.Layer.Settings["Bundler:Bundling:Beneficiary"], Is.Empty);
        Assert.That(line.Layer.Settings["Bundler:Gas:BundleSize"], Is.EqualTo("2"));
    }

    [Test]
    public void The_operators_file_is_no_key()
    {
        CommandLine line = CommandLine.Parse(["--config", "mine.json"]);

        Assert.That(line.ConfigFile, Is.EqualTo("mine.json"));
        Assert.That(line.Layer.Settings, Is.Empty);
    }

    [TestCase("--help", nameof(NodeCommand.Help))]
    [TestCase("-h", nameof(NodeCommand.Help))]
    [TestCase("--version", nameof(NodeCommand.Version))]
    [TestCase("check-config", nameof(NodeCommand.CheckConfig))]
    [TestCase("run", nameof(NodeCommand.Run))]
    public void A_command_is_one_word(string word, string command) =>
        Assert.That(CommandLine.Parse([word, "--port", "1"]).Command.ToString(), Is.EqualTo(command));

    [Test]
    public void Without_a_word_the_node_runs() => Assert.That(CommandLine.Parse([]).Command, Is.EqualTo(NodeCommand.Run));

    [Test]
    public void Unknown_options_are_refused_with_the_nearest_known_one()
    {
        CommandLine line = CommandLine.Parse(["--prot", "4337", "--rpcurl=http://localhost", "chek-config"]);

        Assert.That(line.Findings, Is.EqualTo(new[]
        {
            "Unknown option --prot: did you mean --port?",
            "Unknown option --rpcurl: did you mean --rpc-url?",
            "Unknown command chek-config: did you mean check-config?",
        }));
    }

    [Test]
    public void A_missing_value_is_named()
    {
        CommandLine line = CommandLine.Parse(["--rpc-url", "--port", "1", "--data-dir"]);

        Assert.That(line.Findings, Is.EqualTo(new[] { "The option --rpc-url needs a value (URL).", "The option --data-dir needs a value (DIR)." }));
    }
}
