using Bundler.Engine.Bundling;
using Bundler.Engine.Chain;
using Bundler.Rpc;
using Bundler.Signing;
using Bundler.Storage;

namespace Bundler.Node.Configuration;

/// <summary>A short name on the command line for a configuration key; one without <paramref name="Value"/> stands alone and means true.</summary>
internal sealed record CommandOption(string Name, string Key, string? Value, string Sentence)
{
    /// <summary>Not a key: the operator's file.</summary>
    public const string ConfigFile = "--config";

    /// <summary>The list, in the order of the help text.</summary>
    public static IReadOnlyList<CommandOption> All { get; } =
    [
        new("--rpc-url", $"{EthereumOptions.Section}:{nameof(EthereumOptions.Url)}", "URL", "the Ethereum node's JSON-RPC over HTTP"),
        new("--rpc-url-file", $"{EthereumOptions.Section}:{nameof(EthereumOptions.UrlFile)}", "FILE", "the same from a file, for a URL with a secret in it"),
        new("--port", $"{RpcOptions.Section}:{nameof(RpcOptions.Port)}", "PORT", "where the bundler listens; 4337"),
        new("--host", $"{RpcOptions.Section}:{nameof(RpcOptions.Host)}", "ADDRESS", "on which address; 127.0.0.1, * for every one"),
        new("--data-dir", $"{StorageOptions.Section}:{nameof(StorageOptions.DataDirectory)}", "DIR", "what must survive a restart; ./data"),
        new("--entry-points", $"{ChainOptions.Section}:{nameof(ChainOptions.Serve)}", "ADDR,…", "the EntryPoints to serve, ADDR=0.7 for an unknown one; all known ones with code"),
        new("--signer-key-file", $"{SigningOptions.Section}:{nameof(SigningOptions.KeyFile)}", "FILE", "the private keys that send bundles, in hex, one a line"),
        new("--allow-local-key", $"{SigningOptions.Section}:{nameof(SigningOptions.AllowLocalKey)}", null, "let a key in this process sign on a chain with value; better is a KMS"),
        new("--debug-api", $"{RpcOptions.Section}:{nameof(RpcOptions.DebugApi)}", null, "serve the debug_ namespace; never in production"),
        new("--bundling", $"{BundlingOptions.Section}:{nameof(BundlingOptions.Mode)}", "auto|manual", "bundle by itself, or on command only; auto"),
        new(ConfigFile, "", "FILE", "a JSON file with keys as in config/bundler.json"),
    ];
}
