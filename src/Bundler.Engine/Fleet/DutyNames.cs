using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Fleet;

/// <summary>What one node of a fleet does at a time, by name.</summary>
public static class DutyNames
{
    /// <summary>Following the chain into the index, finality, and the decay of reputation.</summary>
    public const string Index = "index";

    /// <summary>Moving the signers' funds.</summary>
    public const string Funds = "funds";

    private const string BuilderPrefix = "builder:";
    private const string SignerPrefix = "signer:";

    /// <summary>Building the bundles of an EntryPoint, and looking after what waits for them.</summary>
    public static string Builder(Address entryPoint) => BuilderPrefix + entryPoint;

    /// <summary>What somebody has to do all the time, or operations wait: the index, and the bundles of these EntryPoints.</summary>
    public static IEnumerable<string> Needed(IEnumerable<Address> entryPoints) => [Index, .. entryPoints.Select(Builder)];

    /// <summary>Using a key and its nonces.</summary>
    public static string Signer(Address signer) => SignerPrefix + signer;

    public static bool IsBuilder(string name) => name.StartsWith(BuilderPrefix, StringComparison.Ordinal);

    /// <summary>Whose key it is about; <c>null</c> when it is about none.</summary>
    public static Address? SignerOf(string name) =>
        name.StartsWith(SignerPrefix, StringComparison.Ordinal) ? Address.Parse(name.AsSpan(SignerPrefix.Length)) : null;
}
