using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Ledger;

/// <summary>What a grant is asked for: enough to count it against every limit, and to know the same question when it is asked again.</summary>
/// <param name="CoreHash">Of all that the grant will bind except its window and id: the same operation with the same gas and fees, for the same paymaster, has the same one.</param>
/// <param name="Paymaster">The contract that would pay.</param>
/// <param name="EntryPoint">The EntryPoint of the operation.</param>
/// <param name="Sender">The account.</param>
/// <param name="Nonce">Its whole nonce, key and sequence.</param>
/// <param name="Worst">wei that the operation can cost the paymaster at most.</param>
/// <param name="Key">The id of the API key that asked; <c>null</c>: asked without one.</param>
/// <param name="ValidAfter">Seconds of the chain's time from which the grant would hold.</param>
/// <param name="ValidUntil">The last second of it.</param>
/// <param name="At">When it was asked, by the node's clock: decides in which hours and days it counts.</param>
/// <param name="Id">The name that the grant must have, because the account has signed over it; <c>null</c>: any.</param>
public sealed record GrantRequest(
    Hash32 CoreHash,
    Address Paymaster,
    Address EntryPoint,
    Address Sender,
    UInt256 Nonce,
    UInt256 Worst,
    string? Key,
    ulong ValidAfter,
    ulong ValidUntil,
    DateTimeOffset At,
    GrantId? Id = null);
