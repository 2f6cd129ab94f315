using Microsoft.Extensions.Options;

namespace Bundler.Node;

/// <summary>What the node writes to its log, which is the standard error stream.</summary>
internal sealed class LoggingOptions
{
    public const string Section = "Bundler:Logging";

    /// <summary>Trace, Debug, Information, Warning, Error, Critical or None.</summary>
    public LogLevel Level { get; set; } = LogLevel.Information;
}
