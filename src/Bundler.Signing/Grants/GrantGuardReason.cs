namespace Bundler.Signing.Grants;

/// <summary>Why a grant is not the job of the key. The names are what alerts and metrics show.</summary>
public enum GrantGuardReason
{
    /// <summary>Another chain id than ours.</summary>
    ForeignChain,

    /// <summary>Not a paymaster that this key signs for.</summary>
    ForeignPaymaster,

    /// <summary>It can cost more than one grant may.</summary>
    TooDear,

    /// <summary>It would hold longer, or into a farther future, than any grant may.</summary>
    WindowTooLong,

    /// <summary>With what was signed within the last hour it could cost more than an hour may.</summary>
    TooMuchPerHour,

    /// <summary>More signatures within a minute than allowed.</summary>
    TooOften,
}

/// <summary>A grant that was not signed: why, and the numbers behind it.</summary>
public sealed record GrantGuardRefusal(GrantGuardReason Reason, string Detail);
