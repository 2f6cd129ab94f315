using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Rlp;

namespace Bundler.Ethereum.Transactions;

/// <summary>EIP-7702: the signed permission of an account (the authority) to run the code of <paramref name="Address"/>; chain id 0 means any chain.</summary>
public sealed record Authorization(UInt256 ChainId, Address Address, ulong Nonce, byte YParity, UInt256 R, UInt256 S)
{
    private const byte Magic = 0x05;

    public bool IsLowS => S <= Secp256k1.HalfOrder;

    /// <summary>keccak256(0x05 ‖ rlp([chainId, address, nonce])).</summary>
    public static Hash32 SigningHash(UInt256 chainId, Address address, ulong nonce)
    {
        RlpWriter writer = new(Magic);
        writer.StartList();
        writer.WriteInteger(chainId);
        writer.WriteAddress(address);
        writer.WriteInteger(nonce);
        writer.EndList();
        return Keccak256.Hash(writer.ToBytes());
    }

    public static Authorization Sign(PrivateKey key, UInt256 chainId, Address address, ulong nonce) =>
        From(chainId, address, nonce, key.Sign(SigningHash(chainId, address, nonce)));

    /// <summary>The tuple of a signature over <see cref="SigningHash"/>.</summary>
    public static Authorization From(UInt256 chainId, Address address, ulong nonce, Signature signature) =>
        new(chainId, address, nonce, signature.YParity, signature.R.ToUInt256(), signature.S.ToUInt256());

    /// <summary>The account that signed; null when the signature is invalid, also by a high s or a yParity above 1.</summary>
    public Address? RecoverAuthority() =>
        IsLowS
            ? SignatureRecovery.Recover(SigningHash(ChainId, Address, Nonce), new Signature(Hash32.From(R), Hash32.From(S), YParity))
            : null;

    /// <exception cref="CodecException">The list is empty.</exception>
    internal static void WriteAll(RlpWriter writer, IReadOnlyList<Authorization> authorizations)
    {
        if (authorizations.Count == 0)
        {
            throw EmptyList();
        }

        writer.StartList();
        foreach (Authorization authorization in authorizations)
        {
            writer.StartList();
            writer.WriteInteger(authorization.ChainId);
            writer.WriteAddress(authorization.Address);
            writer.WriteInteger(authorization.Nonce);
            writer.WriteInteger(authorization.YParity);
            writer.WriteInteger(authorization.R);
            writer.WriteInteger(authorization.S);
            writer.EndList();
        }

        writer.EndList();
    }

    internal static IReadOnlyList<Authorization> ReadAll(ref RlpReader fields)
    {
        List<Authorization> authorizations = [];
        RlpReader list = fields.ReadList();
        while (!list.AtEnd)
        {
            RlpReader tuple = list.ReadList();
            authorizations.Add(new Authorization(
                tuple.ReadInteger(), tuple.ReadAddress(), tuple.ReadUInt64(), ReadYParity(ref tuple), tuple.ReadInteger(), tuple.ReadInteger()));
            tuple.End();
        }

        return authorizations.Count == 0 ? throw EmptyList() : authorizations;
    }

    // EIP-7702 bounds yParity only to 8 bits here; a value above 1 spoils the authorization, not the transaction.
    private static byte ReadYParity(ref RlpReader tuple)
    {
        ulong value = tuple.ReadUInt64();
        return value <= byte.MaxValue ? (byte)value : throw new CodecException("yParity", "exceeds 8 bits");
    }

    private static CodecException EmptyList() => new("authorizationList", "must have at least one authorization");
}
