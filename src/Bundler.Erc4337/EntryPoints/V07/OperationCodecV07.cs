using System.Text.Json;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>EntryPoint v0.7: unpacked JSON, packed tuple, hash by plain abi.encode.</summary>
public sealed class OperationCodecV07 : IOperationCodec
{
    private readonly UnpackedJson _json = new("an EntryPoint v0.7 operation", marker: false, paymasterSignature: false);

    public PartialUserOperation Read(JsonElement json, bool partial) => _json.Read(json, partial);

    public void Write(Utf8JsonWriter writer, UserOperation operation) => _json.Write(writer, operation);

    public Bytes Pack(UserOperation operation) => PackedUserOperation.Of(operation).Encode();

    public object[] ToTuple(UserOperation operation) => PackedUserOperation.Of(operation).ToTuple();

    public UserOperation FromTuple(object[] tuple) => PackedUserOperation.FromTuple(tuple).Unpack();

    public Hash32 Hash(UserOperation operation, Address entryPoint, UInt256 chainId, Address? @delegate)
    {
        PackedUserOperation packed = PackedUserOperation.Of(operation);
        Span<byte> preimage = stackalloc byte[PackedUserOperation.HashedSize];
        WordWriter words = new(preimage);
        packed.WriteHashed(ref words, Keccak256.Hash(packed.InitCode), Keccak256.Hash(packed.PaymasterAndData));
        return UserOpHash.Wrap(Keccak256.Hash(preimage), entryPoint, chainId);
    }
}
