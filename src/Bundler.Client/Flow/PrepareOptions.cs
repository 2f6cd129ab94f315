using System.Numerics;
using Bundler.Client.Rpc;

namespace Bundler.Client.Flow;

/// <summary>What differs from the usual in preparing an operation.</summary>
public sealed record PrepareOptions
{
    /// <summary>The nonce's key: operations with different ones do not wait for each other.</summary>
    public BigInteger NonceKey { get; init; }

    /// <summary>The whole nonce, where the caller counts; null asks the EntryPoint.</summary>
    public BigInteger? Nonce { get; init; }

    /// <summary>How much hurry there is.</summary>
    public FeeSpeed Speed { get; init; }

    /// <summary>The fees, where the caller knows better; null asks the bundler.</summary>
    public FeeLevel? Fees { get; init; }

    /// <summary>What the estimate shall assume of accounts.</summary>
    public IReadOnlyDictionary<string, AccountStateOverride>? StateOverrides { get; init; }
}
