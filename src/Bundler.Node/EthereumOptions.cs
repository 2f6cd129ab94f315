using System.ComponentModel.DataAnnotations;
using Bundler.Ethereum.JsonRpc;
using Microsoft.Extensions.Options;

namespace Bundler.Node;

/// <summary>The Ethereum node that this bundler stands on, or several.</summary>
internal sealed class EthereumOptions : IValidatableObject
{
    public const string Section = "Bundler:Ethereum";

    private const int Megabyte = 1024 * 1024;

    /// <summary>Of the largest answers, in a batch.</summary>
    private const int AnswersInOne = 4;

    /// <summary>JSON-RPC over http or https; a user and password in it become basic authentication. Among several, it is the one named main.</summary>
    public string Url { get; set; } = "";

    /// <summary>Instead of the URL: a file whose one line it is, that only its owner may read.</summary>
    public string UrlFile { get; set; } = "";

    /// <summary>The same node over ws or wss, for new heads; empty: heads are polled.</summary>
    public string WebSocketUrl { get; set; } = "";

    /// <summary>HTTP headers for every request, such as an API key.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Further URLs of the same chain, by any name.</summary>
    public IDictionary<string, EndpointOptions> Endpoints { get; } = new Dictionary<string, EndpointOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>With several URLs: a request that is not answered by then is asked of another one too.</summary>
    [Range(50, 60_000)]
    public int HedgeAfterMilliseconds { get; set; } = 1_000;

    /// <summary>With several URLs: how often each is asked for its chain and its newest block.</summary>
    [Range(0.1, 600)]
    public double ProbeSeconds { get; set; } = 2;

    /// <summary>With several URLs: one whose newest block is so much older than the others' is not asked.</summary>
    [Range(0.1, 3_600)]
    public double MaxLagSeconds { get; set; } = 5;

    /// <summary>From sending a request to the last byte of its answer.</summary>
    [Range(1, 300)]
    public int TimeoutSeconds { get; set; } = 15;

    /// <summary>How long the start waits for a node that does not answer yet.</summary>
    [Range(1, 3_600)]
    public int StartupTimeoutSeconds { get; set; } = 30;

    /// <summary>How often a call is sent when no answer comes, the first time included; what sends transactions is sent once.</summary>
    [Range(1, 10)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Longer batches are sent as several.</summary>
    [Range(1, 10_000)]
    public int MaxBatchSize { get; set; } = 100;

    /// <summary>Connections to the node at a time.</summary>
    [Range(1, 10_000)]
    public int MaxConnections { get; set; } = 64;

    /// <summary>A trace that is larger belongs to an operation that is refused, or set aside.</summary>
    [Range(1, 1_000)]
    public int MaxTraceMegabytes { get; set; } = 16;

    /// <summary>Logs and receipts; what is larger is asked for in parts.</summary>
    [Range(1, 1_000)]
    public int MaxLogsMegabytes { get; set; } = 24;

    /// <summary>Any other answer; a whole batch may have four times as much.</summary>
    [Range(1, 256)]
    public int MaxAnswerMegabytes { get; set; } = 8;

    /// <summary>Between two questions for the newest block; 0: a third of the chain's block time, within 100 ms and 1 s.</summary>
    [Range(0, 60_000)]
    public int PollMilliseconds { get; set; }

    internal AnswerBounds Bounds()
    {
        AnswerBounds bounds = new() { Trace = MaxTraceMegabytes * Megabyte, Logs = MaxLogsMegabytes * Megabyte, Other = MaxAnswerMegabytes * Megabyte };
        return bounds with { Whole = Math.Max(Math.Max(bounds.Trace, bounds.Logs), bounds.Other * AnswersInOne) };
    }

    /// <summary>There is a URL outside the list.</summary>
    internal bool HasMain => Url.Length > 0 || UrlFile.Length > 0;

    internal TimeSpan PollInterval(double blockTimeSeconds) =>
        TimeSpan.FromMilliseconds(PollMilliseconds > 0 ? PollMilliseconds : Math.Clamp(blockTimeSeconds * 1000 / 3, 100, 1000));

    /// <summary>At least this many blocks.</summary>
    internal ulong MaxLag(double blockTimeSeconds) => (ulong)Math.Max(2, Math.Ceiling(MaxLagSeconds / blockTimeSeconds));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => EthereumOptionsRules.Find(this).Select(fault => new ValidationResult(fault));
}

[OptionsValidator]
internal sealed partial class EthereumOptionsValidator : IValidateOptions<EthereumOptions>;
