using System.Buffers.Binary;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>The operation as the EntryPoint v0.7+ takes it: gas limits, fees, initCode and paymasterAndData each packed into one field.</summary>
public sealed record PackedUserOperation
{
    /// <summary>The ABI tuple, with the names of PackedUserOperation.sol.</summary>
    public const string TupleType =
        "(address sender,uint256 nonce,bytes initCode,bytes callData,bytes32 accountGasLimits,uint256 preVerificationGas,"
        + "bytes32 gasFees,bytes paymasterAndData,bytes signature)";

    /// <summary>Where the paymaster's own data begins: address(20) ‖ verification gas(16) ‖ postOp gas(16).</summary>
    internal const int PaymasterDataOffset = Address.Size + 2 * HalfWord;

    private const int HalfWord = 16;
    private const int HashedFields = 8;

    private static readonly AbiType[] Types = [AbiType.Parse(TupleType)];

    public required Address Sender { get; init; }

    public required UInt256 Nonce { get; init; }

    /// <summary>factory ‖ factoryData.</summary>
    public required Bytes InitCode { get; init; }

    public required Bytes CallData { get; init; }

    /// <summary>verificationGasLimit(16) ‖ callGasLimit(16).</summary>
    public required Hash32 AccountGasLimits { get; init; }

    public required UInt256 PreVerificationGas { get; init; }

    /// <summary>maxPriorityFeePerGas(16) ‖ maxFeePerGas(16).</summary>
    public required Hash32 GasFees { get; init; }

    /// <summary>paymaster(20) ‖ paymasterVerificationGasLimit(16) ‖ paymasterPostOpGasLimit(16) ‖ paymasterData, and in v0.9 a signature's suffix.</summary>
    public required Bytes PaymasterAndData { get; init; }

    public required Bytes Signature { get; init; }

    /// <exception cref="CodecException">A gas or fee value of more than 128 bits.</exception>
    public static PackedUserOperation Of(UserOperation operation) => new()
    {
        Sender = operation.Sender,
        Nonce = operation.Nonce,
        InitCode = operation.Factory is { } factory ? Bytes.Concat(factory.ToBytes(), operation.FactoryData) : Bytes.Empty,
        CallData = operation.CallData,
        AccountGasLimits = Pair(operation.VerificationGasLimit, "verificationGasLimit", operation.CallGasLimit, "callGasLimit"),
        PreVerificationGas = operation.PreVerificationGas,
        GasFees = Pair(operation.MaxPriorityFeePerGas, "maxPriorityFeePerGas", operation.MaxFeePerGas, "maxFeePerGas"),
        PaymasterAndData = PaymasterBytes(operation),
        Signature = operation.Signature,
    };

    /// <summary>The values of the ABI tuple, as the ABI codec decodes them.</summary>
    public static PackedUserOperation FromTuple(object[] tuple) => new()
    {
        Sender = (Address)tuple[0],
        Nonce = (UInt256)tuple[1],
        InitCode = (Bytes)tuple[2],
        CallData = (Bytes)tuple[3],
        AccountGasLimits = (Hash32)tuple[4],
        PreVerificationGas = (UInt256)tuple[5],
        GasFees = (Hash32)tuple[6],
        PaymasterAndData = (Bytes)tuple[7],
        Signature = (Bytes)tuple[8],
    };

    public object[] ToTuple() =>
        [Sender, Nonce, InitCode, CallData, AccountGasLimits, PreVerificationGas, GasFees, PaymasterAndData, Signature];

    /// <summary>abi.encode of the tuple: the bytes that this operation adds to the call data of handleOps.</summary>
    public Bytes Encode() => AbiEncoder.Encode(Types, [ToTuple()]);

    /// <summary>The fields taken apart again; a paymaster signature stays part of <see cref="UserOperation.PaymasterData"/>.</summary>
    /// <exception cref="CodecException">An initCode or paymasterAndData that is too short.</exception>
    public UserOperation Unpack()
    {
        (UInt256 verificationGas, UInt256 callGas) = Halves(AccountGasLimits);
        (UInt256 priorityFee, UInt256 maxFee) = Halves(GasFees);
        UserOperation operation = new()
        {
            Sender = Sender,
            Nonce = Nonce,
            CallData = CallData,
            CallGasLimit = callGas,
            VerificationGasLimit = verificationGas,
            PreVerificationGas = PreVerificationGas,
            MaxFeePerGas = maxFee,
            MaxPriorityFeePerGas = priorityFee,
            Signature = Signature,
        };
        return UnpackPaymaster(UnpackFactory(operation));
    }

    /// <summary>The eight words of the hash's preimage, dynamic fields as their hashes; what stands for initCode and paymasterAndData differs by version.</summary>
    internal void WriteHashed(ref WordWriter words, Hash32 initCodeHash, Hash32 paymasterAndDataHash)
    {
        words.Add(Sender);
        words.Add(Nonce);
        words.Add(initCodeHash);
        words.Add(Keccak256.Hash(CallData));
        words.Add(AccountGasLimits);
        words.Add(PreVerificationGas);
        words.Add(GasFees);
        words.Add(paymasterAndDataHash);
    }

    /// <summary>The bytes that <see cref="WriteHashed"/> writes.</summary>
    internal const int HashedSize = HashedFields * Hash32.Size;

    private UserOperation UnpackFactory(UserOperation operation) => InitCode.Length switch
    {
        0 => operation,
        >= Address.Size => operation with { Factory = new Address(InitCode.Span[..Address.Size]), FactoryData = InitCode.Slice(Address.Size) },
        _ => throw new CodecException("initCode", $"has {InitCode.Length} bytes, a factory's address has {Address.Size}"),
    };

    private UserOperation UnpackPaymaster(UserOperation operation)
    {
        if (PaymasterAndData.IsEmpty)
        {
            return operation;
        }

        if (PaymasterAndData.Length < PaymasterDataOffset)
        {
            throw new CodecException(
                "paymasterAndData", $"has {PaymasterAndData.Length} bytes, a paymaster's address and gas limits have {PaymasterDataOffset} (AA93)");
        }

        return operation with
        {
            Paymaster = new Address(PaymasterAndData.Span[..Address.Size]),
            PaymasterVerificationGasLimit = UInt256.FromBigEndian(PaymasterAndData.Span.Slice(Address.Size, HalfWord)),
            PaymasterPostOpGasLimit = UInt256.FromBigEndian(PaymasterAndData.Span.Slice(Address.Size + HalfWord, HalfWord)),
            PaymasterData = PaymasterAndData.Slice(PaymasterDataOffset),
        };
    }

    private static Bytes PaymasterBytes(UserOperation operation)
    {
        if (operation.Paymaster is not { } paymaster)
        {
            return Bytes.Empty;
        }

        Bytes limits = Pair(
            operation.PaymasterVerificationGasLimit, "paymasterVerificationGasLimit",
            operation.PaymasterPostOpGasLimit, "paymasterPostOpGasLimit").ToBytes();
        return operation.PaymasterSignature is { } signature
            ? Bytes.Concat(paymaster.ToBytes(), limits, operation.PaymasterData, PaymasterSuffix.Of(signature))
            : Bytes.Concat(paymaster.ToBytes(), limits, operation.PaymasterData);
    }

    private static Hash32 Pair(UInt256 high, string highName, UInt256 low, string lowName)
    {
        Span<byte> word = stackalloc byte[Hash32.Size];
        Half(high, highName, word[..HalfWord]);
        Half(low, lowName, word[HalfWord..]);
        return new Hash32(word);
    }

    private static void Half(UInt256 value, string name, Span<byte> destination)
    {
        if (!value.FitsUInt128)
        {
            throw new CodecException(name, "exceeds 128 bits");
        }

        BinaryPrimitives.WriteUInt128BigEndian(destination, (UInt128)value);
    }

    private static (UInt256 High, UInt256 Low) Halves(Hash32 word) =>
        (UInt256.FromBigEndian(word.Span[..HalfWord]), UInt256.FromBigEndian(word.Span[HalfWord..]));
}
