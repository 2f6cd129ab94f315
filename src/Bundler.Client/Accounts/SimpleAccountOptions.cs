using System.Numerics;

namespace Bundler.Client.Accounts;

/// <summary>Which account of an owner it is, and who creates it.</summary>
public sealed record SimpleAccountOptions
{
    /// <summary>The factory; by default the published one of the EntryPoint's version.</summary>
    public string? Factory { get; init; }

    /// <summary>An owner has one account for each.</summary>
    public BigInteger Salt { get; init; }
}
