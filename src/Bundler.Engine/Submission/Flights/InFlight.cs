using Bundler.Engine.Gas;
using Bundler.Engine.Submission.Machine;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission.Flights;

/// <summary>
/// All that is known of one bundle on its way. It has one signer and one nonce for its whole life; every transaction ever signed for them
/// is in <see cref="Versions"/>. Times are of a clock that never jumps.
/// </summary>
public sealed record InFlight
{
    public required Guid BundleId { get; init; }

    public required Address EntryPoint { get; init; }

    /// <summary>Empty when the nonce is only to be used up.</summary>
    public required IReadOnlyList<Hash32> UserOpHashes { get; init; }

    public required Address Signer { get; init; }

    public required ulong Nonce { get; init; }

    /// <summary>The most that the bundle can pay without a loss.</summary>
    public required TransactionFees Ceiling { get; init; }

    /// <summary>What the coming block costs, as of the newest head.</summary>
    public required FeeQuote Market { get; init; }

    public required TimeSpan ReceivedAt { get; init; }

    /// <summary>When the first of its operations leaves its validity window: mined after that, the bundle would revert.</summary>
    public TimeSpan? ExpiresAt { get; init; }

    /// <summary>False when the signer of a stored bundle is not configured any more: it can be watched and sent again, not replaced.</summary>
    public bool CanSign { get; init; } = true;

    /// <summary>In the order of signing; fees never fall.</summary>
    public IReadOnlyList<SignedVersion> Versions { get; init; } = [];

    public TimeSpan? AcceptedAt { get; init; }

    /// <summary>When the newest version was signed or sent for the last time.</summary>
    public TimeSpan SentAt { get; init; }

    /// <summary>When the newest version was sent again because a node that had taken it has it no more.</summary>
    public TimeSpan BroughtBackAt { get; init; }

    /// <summary>When the newest version is to be sent again because the last attempt failed.</summary>
    public TimeSpan? RetryAt { get; init; }

    /// <summary>Attempts that failed since the last success.</summary>
    public int Failures { get; init; }

    /// <summary>When receipts were asked for the last time.</summary>
    public TimeSpan AskedAt { get; init; }

    /// <summary>Since when the account's nonce is beyond ours although none of our versions has a receipt.</summary>
    public TimeSpan? PassedSince { get; init; }

    /// <summary>Since when nonces before ours are missing.</summary>
    public TimeSpan? GapSince { get; init; }

    public SignedVersion? Newest => Versions.Count == 0 ? null : Versions[^1];

    /// <summary>Whether any version may still be mined.</summary>
    public bool MayBeOut => Versions.Any(version => version.MayBeOut);

    public int Bundles => Versions.Count(version => !version.IsCancellation);

    public int Cancellations => Versions.Count(version => version.IsCancellation);

    public InFlight WithVersion(SignedVersion version) => this with { Versions = [.. Versions, version] };

    public InFlight Marked(Hash32 hash, bool accepted) => this with
    {
        Versions =
        [
            .. Versions.Select(version => version.Hash == hash ? version with { MayBeOut = true, IsAccepted = version.IsAccepted || accepted } : version),
        ],
    };
}
