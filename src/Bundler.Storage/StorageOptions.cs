using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Bundler.Storage;

/// <summary>Where the node keeps what must survive it.</summary>
public sealed class StorageOptions
{
    public const string Section = "Bundler:Storage";

    /// <summary>The directory of the database and its lock; made when missing, used by one process at a time.</summary>
    [Required]
    public string DataDirectory { get; set; } = "./data";

    /// <summary>The database's file in it.</summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]*$", ErrorMessage = "FileName must be a plain file name of letters, digits, '.', '_' and '-'.")]
    public string FileName { get; set; } = "bundler.db";

    /// <summary>With less room where the data directory is, the node is not ready: what is on its way still has to be recorded.</summary>
    [Range(0, 1_000_000)]
    public int MinFreeMegabytes { get; set; } = 32;
}

[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
