using System.Text.Json;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>
/// ERC-7769's <c>eip7702Auth</c>: {chainId, address, nonce, yParity, r, s}. Libraries of wallets also send numbers of JSON's, <c>v</c> beside yParity or in
/// its place, and the signature as an object of its own; written is the standard's form alone.
/// </summary>
public static class AuthorizationJson
{
    private const int FirstV = 27;

    private static readonly string[] Known = ["chainId", "address", "nonce", "yParity", "v", "r", "s", "signature"];
    private static readonly string[] KnownOfSignature = ["r", "s", "yParity", "v", "networkV", "_type"];

    /// <exception cref="CodecException">Missing, unknown or malformed members; the path begins with <paramref name="path"/>.</exception>
    public static Authorization Read(JsonElement json, string path)
    {
        try
        {
            OperationFields fields = new(json, Known, "an EIP-7702 authorization");
            UInt256 chainId = fields.QuantityOrNumber("chainId");
            Address address = fields.Address("address");
            ulong nonce = (ulong)fields.QuantityOrNumber("nonce", bits: 64);
            OperationFields signature = fields.Object("signature", KnownOfSignature, "a signature") ?? fields;
            return new Authorization(chainId, address, nonce, YParity(signature), signature.Quantity("r"), signature.Quantity("s"));
        }
        catch (CodecException fault)
        {
            throw fault.Within(path);
        }
    }

    public static void Write(Utf8JsonWriter writer, Authorization authorization)
    {
        writer.WriteStartObject();
        writer.WriteString("chainId", authorization.ChainId.ToQuantity());
        writer.WriteString("address", authorization.Address.ToString());
        writer.WriteString("nonce", Hex.EncodeQuantity(authorization.Nonce));
        writer.WriteString("yParity", Hex.EncodeQuantity(authorization.YParity));
        writer.WriteString("r", authorization.R.ToQuantity());
        writer.WriteString("s", authorization.S.ToQuantity());
        writer.WriteEndObject();
    }

    private static byte YParity(OperationFields fields)
    {
        if (!fields.Has("v"))
        {
            return Bit("yParity", fields.QuantityOrNumber("yParity"));
        }

        UInt256 v = fields.QuantityOrNumber("v");
        byte parity = Bit("v", v >= FirstV ? v - FirstV : v);
        return !fields.Has("yParity") || Bit("yParity", fields.QuantityOrNumber("yParity")) == parity
            ? parity
            : throw new CodecException("v", "contradicts yParity");
    }

    private static byte Bit(string name, UInt256 value) => value <= 1 ? (byte)(ulong)value
        : throw new CodecException(name, name == "v" ? "must be 0, 1, 27 or 28" : "must be 0 or 1");
}
