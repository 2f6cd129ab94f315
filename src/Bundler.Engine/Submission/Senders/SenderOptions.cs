using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Submission;

/// <summary>Which ways bundles take to the block producers.</summary>
public sealed class SenderOptions
{
    public const string Section = "Bundler:Senders";

    /// <summary>Tried in this order: public, conditional, or names of <see cref="Relays"/>, with commas.</summary>
    [Required]
    public string Order { get; set; } = SenderCatalog.Public;

    /// <summary>What a relay was given and nobody has mined by then is sent publicly too; 0: never.</summary>
    [Range(0, 3_600)]
    public double PublicAfterSeconds { get; set; } = 4;

    /// <summary>By any name.</summary>
    public IDictionary<string, RelayOptions> Relays { get; } = new Dictionary<string, RelayOptions>(StringComparer.OrdinalIgnoreCase);

    internal IReadOnlyList<string> Names => Order.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A private relay and how it is spoken to.</summary>
public sealed class RelayOptions
{
    /// <summary>A dialect of <see cref="SenderCatalog"/>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>http or https; a user and password in it become basic authentication.</summary>
    public string Url { get; set; } = "";

    /// <summary>Instead of the URL: a file whose one line it is, that only its owner may read.</summary>
    public string UrlFile { get; set; } = "";

    /// <summary>HTTP headers for every request.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Header → a file whose one line is its value, such as an Authorization.</summary>
    public IDictionary<string, string> HeaderFiles { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Send as a bundle of one, which a relay drops when it would revert; else as a private transaction.</summary>
    public bool AsBundle { get; set; }

    /// <summary>How many blocks it is good for.</summary>
    public int Blocks { get; set; } = 20;

    /// <summary>bloxroute: the builders that get it, with commas.</summary>
    public string Builders { get; set; } = "all";

    /// <summary>flashbots: a file with the private key, in hex, that the relay knows us by; it needs no funds and must be no signer of bundles.</summary>
    public string SigningKeyFile { get; set; } = "";

    /// <summary>No answer by then is none.</summary>
    public double TimeoutSeconds { get; set; } = 2;
}

/// <summary>Generated from the attributes.</summary>
[OptionsValidator]
internal sealed partial class SenderOptionsRanges : IValidateOptions<SenderOptions>;
