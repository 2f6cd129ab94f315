using System.Numerics;
using Bundler.Client.Json;

namespace Bundler.Client.Operations;

/// <summary>The PackedUserOperation of v0.7 and later, as far as the hash needs it.</summary>
internal sealed record PackedOperation(byte[] InitCodeBytes, byte[] AccountGasLimits, byte[] GasFees, byte[] PaymasterAndData)
{
    private const int HalfWord = 16;
    private const string FullMarker = "0x7702000000000000000000000000000000000000";

    /// <summary>What goes into the hash: the delegate in the marker's place, and a paymaster's signature without its bytes.</summary>
    /// <exception cref="InvalidOperationException">A gas or fee value is missing, or the delegate of an EIP-7702 sender.</exception>
    public static PackedOperation Hashed(UserOperation operation, EntryPointVersion version, string? @delegate) => new(
        HexText.Bytes(version >= EntryPointVersion.V08 && IsMarker(operation.Factory)
            ? HexText.Join(operation.Eip7702Auth?.Address ?? @delegate ?? throw new InvalidOperationException("the EIP-7702 marker needs a tuple or a delegate"), operation.FactoryData)
            : InitCode(operation)),
        Pair(Required(operation.VerificationGasLimit, nameof(operation.VerificationGasLimit)), Required(operation.CallGasLimit, nameof(operation.CallGasLimit))),
        Pair(Required(operation.MaxPriorityFeePerGas, nameof(operation.MaxPriorityFeePerGas)), Required(operation.MaxFeePerGas, nameof(operation.MaxFeePerGas))),
        PaymasterBytes(operation));

    /// <summary>factory ‖ factoryData.</summary>
    public static string InitCode(UserOperation operation) => operation.Factory is not { } factory ? UserOperation.NoData
        : HexText.Join(IsMarker(factory) ? FullMarker : factory, operation.FactoryData);

    public static BigInteger Required(BigInteger? value, string name) =>
        value ?? throw new InvalidOperationException($"{name} is not set: the operation has to be estimated before it is hashed or signed");

    private static bool IsMarker(string? factory) => factory is not null && (HexText.Same(factory, UserOperation.Eip7702Marker) || HexText.Same(factory, FullMarker));

    private static byte[] PaymasterBytes(UserOperation operation)
    {
        if (operation.Paymaster is not { } paymaster)
        {
            return [];
        }

        byte[] limits = Pair(operation.PaymasterVerificationGasLimit ?? BigInteger.Zero, operation.PaymasterPostOpGasLimit ?? BigInteger.Zero);
        byte[] suffix = operation.PaymasterSignature is { } signature ? PaymasterSignatureSuffix.Hashed(HexText.Bytes(signature)) : [];
        return [.. HexText.Bytes(paymaster), .. limits, .. HexText.Bytes(operation.PaymasterData), .. suffix];
    }

    private static byte[] Pair(BigInteger high, BigInteger low) => [.. HexText.Padded(high, HalfWord), .. HexText.Padded(low, HalfWord)];
}
