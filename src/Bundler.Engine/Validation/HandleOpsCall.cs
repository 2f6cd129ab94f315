using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>The handleOps call that validates operations: from an address without code, with just enough gas for validation.</summary>
public static class HandleOpsCall
{
    /// <summary>Nobody's: v0.9 refuses callers with code, and funds are not needed.</summary>
    public static Address Caller { get; } = Address.Parse("0x4337433743374337433743374337433743374337");

    /// <summary>A call that any node in good order runs.</summary>
    public static CallRequest Nothing { get; } = new() { From = Caller, To = Caller };

    private const ulong TransactionGas = 21_000;
    private const ulong BundleGas = 60_000;

    // What the EntryPoint itself needs for each operation besides the limits it hands out: hashing, nonce, deposit.
    private const ulong OperationGas = 120_000;

    // EIP-7623's floor, which no call may lie below; dearer than the ordinary price of call data.
    private const ulong FloorGasPerZeroByte = 10;
    private const ulong FloorGasPerNonZeroByte = 40;

    private static ReadOnlySpan<byte> DelegationPrefix => [0xef, 0x01, 0x00];

    /// <summary>handleOps of the operations in order, with gas that cannot carry execution far.</summary>
    public static CallRequest ForValidation(EntryPoint entryPoint, IReadOnlyList<UserOperation> operations) =>
        ForValidation(entryPoint, operations, entryPoint.Bundles.EncodeHandleOps(operations, Caller));

    /// <summary>As above with other call data of the same operations (handleAggregatedOps).</summary>
    public static CallRequest ForValidation(EntryPoint entryPoint, IReadOnlyList<UserOperation> operations, Bytes callData)
    {
        UInt256 gas = TransactionGas + BundleGas + CalldataGas(callData);
        foreach (UserOperation operation in operations)
        {
            // EIP-150 keeps back a 64th of what is there.
            UInt256 limits = operation.VerificationGasLimit + PaymasterGas(entryPoint, operation);
            gas += OperationGas + limits + limits / 63;
        }

        return new CallRequest { From = Caller, To = entryPoint.Address, Data = callData, Gas = gas.FitsUInt64 ? (ulong)gas : ulong.MaxValue };
    }

    /// <summary>Senders whose EIP-7702 tuple is still pending, as if it had been mined.</summary>
    public static StateOverride? Delegations(IEnumerable<UserOperation> operations)
    {
        StateOverride overrides = StateOverride.Empty;
        foreach (UserOperation operation in operations)
        {
            if (operation.Eip7702Auth is { } authorization)
            {
                overrides = overrides.With(operation.Sender, new AccountOverride { Code = DelegationCode(authorization.Address) });
            }
        }

        return overrides.IsEmpty ? null : overrides;
    }

    /// <summary>The code of an account delegated to an address (EIP-7702); to the zero address: none.</summary>
    public static Bytes DelegationCode(Address @delegate) =>
        @delegate.IsZero ? Bytes.Empty : Bytes.Concat(Bytes.From(DelegationPrefix), @delegate.ToBytes());

    // v0.6 gives the paymaster what is left of the verification limit; its own field is not there.
    private static UInt256 PaymasterGas(EntryPoint entryPoint, UserOperation operation) =>
        operation.Paymaster is null ? UInt256.Zero
        : entryPoint.HasPaymasterGasLimits ? operation.PaymasterVerificationGasLimit
        : operation.VerificationGasLimit;

    private static ulong CalldataGas(Bytes callData)
    {
        ulong zeros = (ulong)callData.Span.Count((byte)0);
        return zeros * FloorGasPerZeroByte + ((ulong)callData.Length - zeros) * FloorGasPerNonZeroByte;
    }
}
