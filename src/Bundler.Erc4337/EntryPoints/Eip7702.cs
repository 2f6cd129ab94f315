using System.Globalization;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>EIP-7702 as a bundler meets it: the delegate in an account's code, and whether a tuple will take effect.</summary>
public static class Eip7702
{
    private const string Field = "eip7702Auth";

    /// <summary>Bytes of a delegated account's code: 0xef0100 and the delegate's address.</summary>
    public const int DelegationSize = 3 + Address.Size;

    private static ReadOnlySpan<byte> DelegationPrefix => [0xef, 0x01, 0x00];

    /// <summary>The account whose code an account of this code runs; <c>null</c> when it is not delegated.</summary>
    public static Address? DelegateOf(Bytes code) =>
        code.Length == DelegationSize && code.Span.StartsWith(DelegationPrefix) ? new Address(code.Span[DelegationPrefix.Length..]) : null;

    /// <summary>AUTH-010: why the tuple would be skipped by the chain whatever its nonce, or delegate somebody else; <c>null</c> if it is good.</summary>
    /// <param name="authorization">The operation's tuple.</param>
    /// <param name="sender">The operation's account, which must have signed it.</param>
    /// <param name="chainId">This chain.</param>
    public static Rejection? Check(Authorization authorization, Address sender, UInt256 chainId)
    {
        if (!authorization.ChainId.IsZero && authorization.ChainId != chainId)
        {
            return new Rejection.InvalidFields($"{Field}.chainId", $"expected {chainId} or 0, got {authorization.ChainId}");
        }

        if (!authorization.IsLowS)
        {
            return new Rejection.InvalidFields($"{Field}.s", "expected the low s of the two that verify (EIP-2), got the high one");
        }

        Address? authority = authorization.RecoverAuthority();
        if (authority == sender)
        {
            return null;
        }

        string got = authority is { } other ? other.ToString() : "no valid signature";
        return new Rejection.InvalidFields(Field, $"expected the signature of the sender {sender}, got {got}");
    }

    /// <summary>EIP-7702: a tuple of address zero takes the account's code away, so there is nobody to validate; <c>null</c> for any other. Well formed: -32500.</summary>
    public static Rejection? CheckDelegate(Authorization authorization) =>
        authorization.Address.IsZero
            ? new Rejection.RejectedByEntryPoint($"AA20 account not deployed: {Field}.address is zero, which takes the account's code away")
            : null;

    /// <summary>The Ethereum node takes no transaction with such a tuple. The tuple is well formed: -32500.</summary>
    /// <param name="reason">The node's words.</param>
    public static Rejection RefusedByNode(string reason) =>
        new Rejection.RejectedByEntryPoint($"{Field}: its bundle is refused by the Ethereum node: {reason}");

    /// <summary>EIP-7702: the chain skips a tuple whose nonce is not the account's; <c>null</c> if it is. The tuple is well formed: -32500.</summary>
    /// <param name="authorization">The operation's tuple.</param>
    /// <param name="accountNonce">The account's transaction nonce, not that of the EntryPoint; <c>null</c>: it was not read.</param>
    public static Rejection? CheckNonce(Authorization authorization, ulong? accountNonce) =>
        authorization.Nonce == accountNonce
            ? null
            : new Rejection.RejectedByEntryPoint(
                string.Create(CultureInfo.InvariantCulture, $"{Field}.nonce: expected {accountNonce}, got {authorization.Nonce}"));
}
