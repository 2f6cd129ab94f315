using System.Text.Json;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>EntryPoint v0.8: as v0.7, with the EIP-712 hash and the EIP-7702 marker as factory.</summary>
public sealed class OperationCodecV08 : IOperationCodec
{
    private readonly UnpackedJson _json = new("an EntryPoint v0.8 operation", marker: true, paymasterSignature: false);

    public PartialUserOperation Read(JsonElement json, bool partial) => _json.Read(json, partial);

    public void Write(Utf8JsonWriter writer, UserOperation operation) => _json.Write(writer, operation);

    public Bytes Pack(UserOperation operation) => PackedUserOperation.Of(operation).Encode();

    public object[] ToTuple(UserOperation operation) => PackedUserOperation.Of(operation).ToTuple();

    public UserOperation FromTuple(object[] tuple)
    {
        PackedUserOperation packed = PackedUserOperation.FromTuple(tuple);
        return (packed with { InitCode = Eip7702InitCode.Expand(packed.InitCode) }).Unpack();
    }

    public Hash32 Hash(UserOperation operation, Address entryPoint, UInt256 chainId, Address? @delegate)
    {
        PackedUserOperation packed = PackedUserOperation.Of(operation);
        return Eip712UserOpHash.Of(
            packed, Eip7702InitCode.Hash(packed.InitCode, @delegate), Keccak256.Hash(packed.PaymasterAndData), entryPoint, chainId);
    }
}
