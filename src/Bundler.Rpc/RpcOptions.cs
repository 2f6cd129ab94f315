using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace Bundler.Rpc;

/// <summary>Where the node listens, and how much one caller may ask of it.</summary>
public sealed class RpcOptions : IValidatableObject
{
    public const string Section = "Bundler:Rpc";

    /// <summary>Listens on every address of the machine.</summary>
    public const string EveryAddress = "*";

    /// <summary>The address to listen on; <c>*</c> is every address of the machine.</summary>
    [Required]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>The port for JSON-RPC, WebSocket and REST; 0 takes a free one.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; } = 4337;

    /// <summary>The address and port of the operators' routes (ledger, metrics, back-filling), such as 127.0.0.1:9337 or *:9337; empty: they are not served.</summary>
    public string OperatorAddress { get; set; } = "";

    /// <summary>Names, besides localhost and addresses in digits, under which the operators' address is asked; with commas.</summary>
    public string OperatorHosts { get; set; } = "";

    /// <summary>Open connections to the operators' address, which has its own share; one more is closed at once.</summary>
    [Range(1, 100_000)]
    public int MaxOperatorConnections { get; set; } = 64;

    /// <summary>Serves the debug_ namespace, which ERC-7769 wants off in production.</summary>
    public bool DebugApi { get; set; }

    /// <summary>debug_bundler_dumpReputation answers the status as a number (0 ok, 1 throttled, 2 banned), which some test suites read, and not as the ERC's word.</summary>
    public bool DebugStatusAsNumber { get; set; }

    /// <summary>Web origins that may call from a browser: <c>*</c>, or a list with commas; empty for none.</summary>
    public string CorsOrigins { get; set; } = "*";

    /// <summary>The largest body of a request, and the largest message on a socket.</summary>
    [Range(1_024, 64 * 1_024 * 1_024)]
    public int MaxBodyBytes { get; set; } = 1_024 * 1_024;

    /// <summary>The most requests in one batch.</summary>
    [Range(1, 10_000)]
    public int MaxBatch { get; set; } = 100;

    /// <summary>How many requests of one batch are worked on at a time.</summary>
    [Range(1, 1_000)]
    public int MaxBatchConcurrency { get; set; } = 8;

    /// <summary>The deepest nesting of arrays and objects in a body.</summary>
    [Range(4, 256)]
    public int MaxDepth { get; set; } = 32;

    /// <summary>Bodies and messages in work at a time, over all connections; one more is answered with -32005.</summary>
    [Range(1, 100_000)]
    public int MaxConcurrentRequests { get; set; } = 512;

    /// <summary>Open connections, sockets included; one more is closed at once.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 2_048;

    /// <summary>Open connections from one address; one more is closed at once. Behind a proxy all come from the proxy's.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsPerAddress { get; set; } = 1_024;

    /// <summary>A connection without a request for so long is closed.</summary>
    [Range(1, 3_600)]
    public int IdleConnectionSeconds { get; set; } = 60;

    /// <summary>Open WebSockets; one more is answered with HTTP 429.</summary>
    [Range(0, 100_000)]
    public int MaxSockets { get; set; } = 512;

    /// <summary>Messages of one socket in work at a time; the next is not read before one of them is answered.</summary>
    [Range(1, 1_000)]
    public int MaxInFlightPerSocket { get; set; } = 16;

    /// <summary>Messages that wait to be sent on one socket; a reader who is slower than that is disconnected.</summary>
    [Range(1, 100_000)]
    public int MaxQueuedPerSocket { get; set; } = 128;

    /// <summary>Subscriptions of one socket; one more is answered with -32005.</summary>
    [Range(1, 10_000)]
    public int MaxSubscriptionsPerSocket { get; set; } = 32;

    /// <summary>Subscriptions over all sockets; one more is answered with -32005.</summary>
    [Range(1, 1_000_000)]
    public int MaxSubscriptions { get; set; } = 4_096;

    /// <summary>A silent socket is pinged after this time and closed after twice of it without an answer.</summary>
    [Range(1, 3_600)]
    public int SocketPingSeconds { get; set; } = 30;

    /// <summary>The deadline of each call, batched or not; later answers are -32002.</summary>
    [Range(1, 3_600)]
    public int RequestTimeoutSeconds { get; set; } = 30;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Host != EveryAddress && !IPAddress.TryParse(Host, out _))
        {
            yield return new ValidationResult($"{nameof(Host)} must be an IP address or {EveryAddress}", [nameof(Host)]);
        }

        if (OperatorAddress.Length > 0 && Access.OperatorListener.Parse(OperatorAddress) is null)
        {
            yield return new ValidationResult(
                $"{nameof(OperatorAddress)} must be an IP address and a port, such as 127.0.0.1:9337, or empty", [nameof(OperatorAddress)]);
        }
    }
}

/// <summary>Checks <see cref="RpcOptions"/> at start.</summary>
[OptionsValidator]
internal sealed partial class RpcOptionsValidator : IValidateOptions<RpcOptions>;
