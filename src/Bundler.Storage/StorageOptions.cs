using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Bundler.Storage;

/// <summary>Where the node keeps what must survive it.</summary>
public sealed class StorageOptions
{
    public const string Section = "Bundler:Storage";

    /// <summary>sqlite: a file of this node alone; postgres: a PostgreSQL server.</summary>
    [EnumDataType(typeof(StorageKind))]
    public StorageKind Kind { get; set; } = StorageKind.Sqlite;

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

    /// <summary>The file with PostgreSQL's connection string, which is a secret.</summary>
    public string ConnectionStringFile { get; set; } = "";

    /// <summary>The name of the environment variable that has it instead.</summary>
    public string ConnectionStringVariable { get; set; } = "";

    /// <summary>Connections to PostgreSQL that read; one more writes.</summary>
    [Range(1, 200)]
    public int ReaderConnections { get; set; } = SqlReaders.Connections;

    /// <summary>How long PostgreSQL may take to accept a connection.</summary>
    [Range(1, 60)]
    public int ConnectSeconds { get; set; } = 5;

    /// <summary>How long one statement may run in PostgreSQL.</summary>
    [Range(1, 600)]
    public int StatementSeconds { get; set; } = 10;

    /// <summary>How long one statement may wait in PostgreSQL for what another node holds.</summary>
    [Range(1, 600)]
    public int LockSeconds { get; set; } = 5;

    /// <summary>How long a call waits for a PostgreSQL that is away or fails over, before its caller hears that the store is unavailable.</summary>
    [Range(0, 60)]
    public int PatienceSeconds { get; set; } = 5;

    /// <summary>How long a call waits for PostgreSQL in all, also where that neither answers nor refuses; then its caller hears that the store is unavailable.</summary>
    [Range(1, 120)]
    public int AnswerSeconds { get; set; } = 8;
}

[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
