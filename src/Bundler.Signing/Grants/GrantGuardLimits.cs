using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.Grants;

/// <summary>All that a key for grants may ever sign. It knows nothing of policies.</summary>
public sealed record GrantGuardLimits
{
    public required UInt256 ChainId { get; init; }

    /// <summary>The paymasters, each with the key that signs for it.</summary>
    public required IReadOnlyDictionary<Address, Address> SignerOf { get; init; }

    /// <summary>wei that one grant can cost at most.</summary>
    public required UInt256 MaxWeiPerGrant { get; init; }

    /// <summary>wei that all grants of one key within any hour can cost at most.</summary>
    public required UInt256 MaxWeiPerHour { get; init; }

    /// <summary>From now to the last second of a grant.</summary>
    public required TimeSpan LongestWindow { get; init; }

    /// <summary>Signatures of one key within any minute; bounds what the guard remembers.</summary>
    public required int MaxPerMinute { get; init; }
}
