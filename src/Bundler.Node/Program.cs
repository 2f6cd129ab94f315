using Bundler.Node;
using Bundler.Node.Commands;
using Bundler.Node.Configuration;
using Bundler.Node.Startup;

if (args is [KeystoreCommand.Name, .. string[] keystoreArguments])
{
    return KeystoreCommand.Run(
        keystoreArguments, new PasswordSource(Environment.GetEnvironmentVariable, new ConsoleTerminal()), Console.Out, Console.Error);
}

if (args is [KeysCommand.Name, .. string[] keysArguments])
{
    KeysArguments asked = KeysArguments.Parse(keysArguments);
    return await KeysCommand.RunAsync(asked, new LayerReader(asked.Configuration, Environment.GetEnvironmentVariables()), Console.Out, Console.Error);
}

if (args is [PaymasterCommand.Name, .. string[] paymasterArguments])
{
    PaymasterArguments asked = PaymasterArguments.Parse(paymasterArguments);
    return await PaymasterCommand.RunAsync(asked, new LayerReader(asked.Configuration, Environment.GetEnvironmentVariables()), Console.Out, Console.Error);
}

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
return commandLine.Command switch
{
    NodeCommand.CheckConfig => await CheckConfigCommand.RunAsync(layers, Console.Out, Console.Error),
    NodeCommand.Signers => await SignersCommand.RunAsync(layers, Console.Out, Console.Error),
    _ => await RunCommand.RunAsync(layers, Console.Out, Console.Error),
};
