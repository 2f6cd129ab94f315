using System.Text.Json;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>EntryPoint v0.6: initCode and paymasterAndData in one piece each, begun by an address; eleven plain fields.</summary>
public sealed class OperationCodecV06 : IOperationCodec
{
    private const string What = "an EntryPoint v0.6 operation";
    private const int HashedFields = 10;

    private static readonly string[] Names = [.. OperationJson.SharedNames, "initCode", "paymasterAndData"];
    private static readonly AbiType[] Types = [OperationCalls.V06.TupleType];

    public PartialUserOperation Read(JsonElement json, bool partial)
    {
        OperationFields fields = new(json, Names, What);
        if (!partial)
        {
            fields.Require("initCode");
            fields.Require("paymasterAndData");
        }

        PartialUserOperation shared = OperationJson.ReadShared(fields, partial);
        return shared with { Operation = WithEntities(shared.Operation, fields.DataOrEmpty("initCode"), fields.DataOrEmpty("paymasterAndData")) };
    }

    public void Write(Utf8JsonWriter writer, UserOperation operation)
    {
        writer.WriteStartObject();
        OperationJson.WriteIdentity(writer, operation);
        // The factory in EIP-55, as every address of an operation is written, so that what was sent compares equal to what is shown.
        writer.WriteString("initCode", operation.Factory is { } factory ? $"{factory}{operation.FactoryData.ToString().AsSpan(2)}" : "0x");
        OperationJson.WriteCall(writer, operation);
        writer.WriteString("paymasterAndData", PaymasterAndData(operation).ToString());
        OperationJson.WriteSignature(writer, operation);
        writer.WriteEndObject();
    }

    public Bytes Pack(UserOperation operation) => AbiEncoder.Encode(Types, [ToTuple(operation)]);

    public object[] ToTuple(UserOperation operation) =>
    [
        operation.Sender,
        operation.Nonce,
        InitCode(operation),
        operation.CallData,
        operation.CallGasLimit,
        operation.VerificationGasLimit,
        operation.PreVerificationGas,
        operation.MaxFeePerGas,
        operation.MaxPriorityFeePerGas,
        PaymasterAndData(operation),
        operation.Signature,
    ];

    public UserOperation FromTuple(object[] tuple)
    {
        UserOperation operation = new()
        {
            Sender = (Address)tuple[0],
            Nonce = (UInt256)tuple[1],
            CallData = (Bytes)tuple[3],
            CallGasLimit = (UInt256)tuple[4],
            VerificationGasLimit = (UInt256)tuple[5],
            PreVerificationGas = (UInt256)tuple[6],
            MaxFeePerGas = (UInt256)tuple[7],
            MaxPriorityFeePerGas = (UInt256)tuple[8],
            Signature = (Bytes)tuple[10],
        };
        return WithEntities(operation, (Bytes)tuple[2], (Bytes)tuple[9]);
    }

    public Hash32 Hash(UserOperation operation, Address entryPoint, UInt256 chainId, Address? @delegate)
    {
        Span<byte> preimage = stackalloc byte[HashedFields * Hash32.Size];
        WordWriter words = new(preimage);
        words.Add(operation.Sender);
        words.Add(operation.Nonce);
        words.Add(Keccak256.Hash(InitCode(operation)));
        words.Add(Keccak256.Hash(operation.CallData));
        words.Add(operation.CallGasLimit);
        words.Add(operation.VerificationGasLimit);
        words.Add(operation.PreVerificationGas);
        words.Add(operation.MaxFeePerGas);
        words.Add(operation.MaxPriorityFeePerGas);
        words.Add(Keccak256.Hash(PaymasterAndData(operation)));
        return UserOpHash.Wrap(Keccak256.Hash(preimage), entryPoint, chainId);
    }

    private static Bytes InitCode(UserOperation operation) => Joined(operation.Factory, operation.FactoryData);

    private static Bytes PaymasterAndData(UserOperation operation) => Joined(operation.Paymaster, operation.PaymasterData);

    private static Bytes Joined(Address? address, Bytes data) => address is { } entity ? Bytes.Concat(entity.ToBytes(), data) : Bytes.Empty;

    private static UserOperation WithEntities(UserOperation operation, Bytes initCode, Bytes paymasterAndData)
    {
        (Address? factory, Bytes factoryData) = Split(initCode, "initCode");
        (Address? paymaster, Bytes paymasterData) = Split(paymasterAndData, "paymasterAndData");
        return operation with { Factory = factory, FactoryData = factoryData, Paymaster = paymaster, PaymasterData = paymasterData };
    }

    private static (Address? Address, Bytes Data) Split(Bytes joined, string name) => joined.Length switch
    {
        0 => (null, Bytes.Empty),
        >= Address.Size => (new Address(joined.Span[..Address.Size]), joined.Slice(Address.Size)),
        _ => throw new CodecException(name, $"has {joined.Length} bytes, the address it begins with has {Address.Size}"),
    };
}
