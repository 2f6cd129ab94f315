using System.Text.Json;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>EntryPoint v0.9: as v0.8, with a paymaster signature that is not part of the hash.</summary>
public sealed class OperationCodecV09 : IOperationCodec
{
    private readonly UnpackedJson _json = new("an EntryPoint v0.9 operation", marker: true, paymasterSignature: true);

    public PartialUserOperation Read(JsonElement json, bool partial)
    {
        PartialUserOperation read = _json.Read(json, partial);
        _ = PaymasterSuffix.SignatureLength(PackedUserOperation.Of(read.Operation).PaymasterAndData);
        return read;
    }

    public void Write(Utf8JsonWriter writer, UserOperation operation) => _json.Write(writer, operation);

    public Bytes Pack(UserOperation operation) => PackedUserOperation.Of(operation).Encode();

    public object[] ToTuple(UserOperation operation) => PackedUserOperation.Of(operation).ToTuple();

    public UserOperation FromTuple(object[] tuple)
    {
        PackedUserOperation packed = PackedUserOperation.FromTuple(tuple);
        UserOperation operation = (packed with { InitCode = Eip7702InitCode.Expand(packed.InitCode) }).Unpack();
        return PaymasterSuffix.Split(operation, packed.PaymasterAndData);
    }

    public Hash32 Hash(UserOperation operation, Address entryPoint, UInt256 chainId, Address? @delegate)
    {
        PackedUserOperation packed = PackedUserOperation.Of(operation);
        return Eip712UserOpHash.Of(
            packed, Eip7702InitCode.Hash(packed.InitCode, @delegate), PaymasterSuffix.Hash(packed.PaymasterAndData), entryPoint, chainId);
    }
}
