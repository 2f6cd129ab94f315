using Nethereum.JsonRpc.Client;
using Newtonsoft.Json.Linq;

namespace Bundler.Client.Errors;

/// <summary>A bundler, or a paymaster's service, has refused a call.</summary>
public sealed class BundlerException : Exception
{
    internal BundlerException(string method, RpcResponseException refusal)
        : this(method, Read(method, refusal.RpcError), refusal)
    {
    }

    internal BundlerException(string method, BundlerError error, Exception? cause = null)
        : base($"{method}: {error.Message} ({error.Code})", cause)
    {
        Method = method;
        Error = error;
    }

    /// <summary>The method that was called.</summary>
    public string Method { get; }

    /// <summary>The whole refusal.</summary>
    public BundlerError Error { get; }

    /// <summary>The JSON-RPC code.</summary>
    public int Code => Error.Code;

    /// <summary>What the code says.</summary>
    public BundlerErrorKind Kind => Error.Kind;

    /// <summary>The EntryPoint's own code, AA23 for example; null if it said none.</summary>
    public string? AaCode => Error.AaCode;

    /// <summary>The rule that was broken, OP-011 or LIM-070 for example; null if none is named.</summary>
    public string? RuleId => Error.RuleId;

    /// <summary>Whether the other side does not have the method at all.</summary>
    public bool IsNoSuchMethod => Kind is BundlerErrorKind.MethodNotFound or BundlerErrorKind.MethodNotSupported;

    private static BundlerError Read(string method, RpcError error) => new(error.Code, Words(method, error.Message ?? ""), error.Data switch
    {
        null => null,
        JToken json => json,
        string text => new JValue(text),
        { } other => JToken.FromObject(other),
    });

    /// <summary>The bundler's words alone: Nethereum's clients put the method behind them.</summary>
    private static string Words(string method, string message) =>
        message.EndsWith($": {method}", StringComparison.Ordinal) ? message[..^(method.Length + 2)] : message;
}
