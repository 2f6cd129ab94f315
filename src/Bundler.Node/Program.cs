using Bundler.Node;
using Bundler.Node.Commands;
using Bundler.Node.Configuration;
using Bundler.Node.Startup;

CommandLine commandLine = CommandLine.Parse(args);
if (commandLine.Command == NodeCommand.Help)
{
    return HelpCommand.Run(Console.Out);
}

if (commandLine.Command == NodeCommand.Version)
{
    Console.WriteLine(NodeServices.Version);
    return 0;
}

LayerReader layers = new(commandLine, Environment.GetEnvironmentVariables());
return commandLine.Command == NodeCommand.CheckConfig
    ? await CheckConfigCommand.RunAsync(layers, Console.Out, Console.Error)
    : await RunCommand.RunAsync(layers, Console.Out, Console.Error);
