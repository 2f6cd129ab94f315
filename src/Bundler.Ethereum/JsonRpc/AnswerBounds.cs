namespace Bundler.Ethereum.JsonRpc;

/// <summary>How many bytes of an answer are read, by what was asked: whoever can make a node's answer large does not make this process large.</summary>
public sealed record AnswerBounds
{
    /// <summary>debug_trace…: what a bundle of ordinary operations has, many times over.</summary>
    public int Trace { get; init; } = 16 * 1024 * 1024;

    /// <summary>Logs, and the receipts that carry them.</summary>
    public int Logs { get; init; } = 24 * 1024 * 1024;

    /// <summary>Anything else: blocks, calls, code.</summary>
    public int Other { get; init; } = 8 * 1024 * 1024;

    /// <summary>Everything that comes in one piece, however many answers are in it.</summary>
    public int Whole { get; init; } = 32 * 1024 * 1024;

    /// <summary>For the answer to one request.</summary>
    public int Of(string method) => Math.Min(Whole, OfKind(method));

    /// <summary>For the answers to several, in one piece.</summary>
    public int Of(IEnumerable<JsonRpcRequest> requests) => (int)Math.Min(Whole, requests.Sum(request => (long)OfKind(request.Method)));

    private int OfKind(string method) =>
        method.StartsWith("debug_trace", StringComparison.Ordinal) ? Trace
        : method is "eth_getLogs" or "eth_getTransactionReceipt" or "eth_getBlockReceipts" ? Logs
        : Other;
}
