using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Ledger;

/// <summary>The contracts that this node signs grants for; none where it does not sponsor.</summary>
/// <param name="All">Each with its EntryPoint.</param>
/// <param name="LongestSeconds">The longest window of a grant by the configuration.</param>
public sealed record OwnPaymasters(IReadOnlyList<OwnPaymaster> All, ulong LongestSeconds)
{
    /// <summary>A node that does not sponsor.</summary>
    public static OwnPaymasters None { get; } = new([], 0);

    /// <summary>Their addresses, each once.</summary>
    public IReadOnlyCollection<Address> Addresses => [.. All.Select(each => each.Address).Distinct()];
}

/// <summary>A paymaster of ours.</summary>
/// <param name="Address">The contract.</param>
/// <param name="EntryPoint">Where its deposit is.</param>
public sealed record OwnPaymaster(Address Address, Address EntryPoint);
