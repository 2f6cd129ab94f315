namespace Bundler.Node.Commands;

/// <summary>What <c>bundler paymaster</c> ends with, for scripts.</summary>
internal static class PaymasterExit
{
    /// <summary>As it should be, or planned.</summary>
    public const int Good = 0;

    /// <summary>Looked at, and not as it should be; or refused.</summary>
    public const int NotGood = 1;

    /// <summary>Could not be looked at: arguments, configuration, wish, chain or store.</summary>
    public const int Unknown = 2;
}
