using System.Text.Json;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>ERC-7769's <c>eip7702Auth</c>: {chainId, address, nonce, yParity, r, s}.</summary>
public static class AuthorizationJson
{
    private static readonly string[] Known = ["chainId", "address", "nonce", "yParity", "r", "s"];

    /// <exception cref="CodecException">Missing, unknown or malformed members; the path begins with <paramref name="path"/>.</exception>
    public static Authorization Read(JsonElement json, string path)
    {
        try
        {
            OperationFields fields = new(json, Known, "an EIP-7702 authorization");
            return new Authorization(
                fields.Quantity("chainId"),
                fields.Address("address"),
                (ulong)fields.Quantity("nonce", bits: 64),
                YParity(fields),
                fields.Quantity("r"),
                fields.Quantity("s"));
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
        UInt256 value = fields.Quantity("yParity");
        return value <= 1 ? (byte)(ulong)value : throw new CodecException("yParity", "must be 0 or 1");
    }
}
