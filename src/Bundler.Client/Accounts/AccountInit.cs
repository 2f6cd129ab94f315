using Bundler.Client.Operations;

namespace Bundler.Client.Accounts;

/// <summary>What an operation carries so that its account comes into being.</summary>
public sealed record AccountInit
{
    /// <summary>The account stands already.</summary>
    public static AccountInit None { get; } = new();

    /// <summary>Who creates it, or the marker of EIP-7702.</summary>
    public string? Factory { get; init; }

    /// <summary>What the factory is called with.</summary>
    public string FactoryData { get; init; } = UserOperation.NoData;

    /// <summary>The tuple that delegates it.</summary>
    public Eip7702Authorization? Authorization { get; init; }
}
