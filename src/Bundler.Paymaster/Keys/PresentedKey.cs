using System.Net;

namespace Bundler.Paymaster.Keys;

/// <summary>What a request shows of who asks. It flows with the work, like the caller.</summary>
/// <param name="Secret">The key; <c>null</c>: none, or a text that is none.</param>
/// <param name="Origin">The web page, as a browser says; <c>null</c>: no browser.</param>
/// <param name="Address">Whence it comes.</param>
public sealed record PresentedKey(ApiKeySecret? Secret, string? Origin, IPAddress? Address)
{
    private static readonly AsyncLocal<PresentedKey?> _current = new();

    /// <summary>Of the request in work; none: the node works for itself.</summary>
    public static PresentedKey? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }
}
