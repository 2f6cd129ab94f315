using System.Numerics;
using Bundler.Client.Json;
using Nethereum.ABI.EIP712;
using Nethereum.Util;

namespace Bundler.Client.Operations;

/// <summary>The userOpHash of every version.</summary>
internal static class OperationHash
{
    /// <summary>The operation's hash, bound to its EntryPoint and chain.</summary>
    public static string Of(UserOperation operation, EntryPoint entryPoint, BigInteger chainId, string? @delegate) => HexText.Of(entryPoint.Version switch
    {
        EntryPointVersion.V06 => Wrap(Fields06(operation), entryPoint, chainId),
        EntryPointVersion.V07 => Wrap(Fields07(operation), entryPoint, chainId),
        _ => Eip712TypedDataEncoder.Current.EncodeAndHashTypedData(OperationTypedData.Of(operation, entryPoint, chainId, @delegate)),
    });

    /// <summary>keccak256(abi.encode(inner, entryPoint, chainId)).</summary>
    private static byte[] Wrap(byte[] fields, EntryPoint entryPoint, BigInteger chainId) =>
        Keccak([.. Keccak(fields), .. Address(entryPoint.Address), .. HexText.Word(chainId)]);

    private static byte[] Fields06(UserOperation operation) =>
    [
        .. Address(operation.Sender),
        .. HexText.Word(operation.Nonce),
        .. Keccak(HexText.Bytes(PackedOperation.InitCode(operation))),
        .. Keccak(HexText.Bytes(operation.CallData)),
        .. Word(operation.CallGasLimit, nameof(operation.CallGasLimit)),
        .. Word(operation.VerificationGasLimit, nameof(operation.VerificationGasLimit)),
        .. Word(operation.PreVerificationGas, nameof(operation.PreVerificationGas)),
        .. Word(operation.MaxFeePerGas, nameof(operation.MaxFeePerGas)),
        .. Word(operation.MaxPriorityFeePerGas, nameof(operation.MaxPriorityFeePerGas)),
        .. Keccak(operation.Paymaster is { } paymaster ? HexText.Bytes(HexText.Join(paymaster, operation.PaymasterData)) : []),
    ];

    private static byte[] Fields07(UserOperation operation)
    {
        PackedOperation packed = PackedOperation.Hashed(operation, EntryPointVersion.V07, null);
        return
        [
            .. Address(operation.Sender),
            .. HexText.Word(operation.Nonce),
            .. Keccak(packed.InitCodeBytes),
            .. Keccak(HexText.Bytes(operation.CallData)),
            .. packed.AccountGasLimits,
            .. Word(operation.PreVerificationGas, nameof(operation.PreVerificationGas)),
            .. packed.GasFees,
            .. Keccak(packed.PaymasterAndData),
        ];
    }

    private static byte[] Word(BigInteger? value, string name) => HexText.Word(PackedOperation.Required(value, name));

    private static byte[] Address(string address) => [.. new byte[HexText.WordBytes - HexText.AddressBytes], .. HexText.Bytes(address)];

    private static byte[] Keccak(byte[] bytes) => Sha3Keccack.Current.CalculateHash(bytes);
}
