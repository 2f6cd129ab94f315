using System.Text.RegularExpressions;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Pool;

/// <summary>An operation that went bad, and what has to become of it.</summary>
/// <param name="Kind">How it went bad.</param>
/// <param name="UserOpHash">Which it is.</param>
/// <param name="End">Its last status.</param>
/// <param name="Reason">What the reason of that status says; <c>null</c> when it has none.</param>
internal sealed record Poison(PoisonKind Kind, string UserOpHash, string End, Regex? Reason)
{
    /// <summary>Its own paymaster, if it has one.</summary>
    public Address? Paymaster { get; init; }

    /// <summary>What becomes of that paymaster's reputation.</summary>
    public string Standing { get; init; } = "ok";
}
