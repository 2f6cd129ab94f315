using System.Text.Json;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>One version's forms of a UserOperation: JSON, packed ABI bytes, hash. Pure.</summary>
public interface IOperationCodec
{
    /// <summary>The wire form of ERC-7769 (v0.7+) or of ERC-4337 v0.6.</summary>
    /// <param name="json">The operation object.</param>
    /// <param name="partial">Estimation: limits, fees and signature may be absent.</param>
    /// <exception cref="CodecException">Missing, unknown, duplicate or malformed fields, with the path.</exception>
    PartialUserOperation Read(JsonElement json, bool partial);

    /// <summary>The wire form; absent optional fields are not written.</summary>
    void Write(Utf8JsonWriter writer, UserOperation operation);

    /// <summary>abi.encode(packed operation), signature and offset word included: the bytes that the operation adds to handleOps, what LIM-010 bounds and preVerificationGas pays for.</summary>
    Bytes Pack(UserOperation operation);

    /// <summary>The values of the operation's ABI tuple in order, for calls that take an operation.</summary>
    object[] ToTuple(UserOperation operation);

    /// <summary>The inverse of <see cref="ToTuple"/>, for operations found in call data.</summary>
    /// <exception cref="CodecException">Bytes that no operation has (a paymaster field of 1 to 51 bytes).</exception>
    UserOperation FromTuple(object[] tuple);

    /// <summary>The userOpHash.</summary>
    /// <param name="operation">The operation; its signature is not part of the hash.</param>
    /// <param name="entryPoint">The EntryPoint it is for.</param>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="delegate">v0.8+ with the EIP-7702 marker: the tuple's address, else the delegate in the sender's code.</param>
    /// <exception cref="CodecException">The marker without a delegate, or a v0.9 paymaster suffix that does not fit: the EntryPoint has no hash either.</exception>
    Hash32 Hash(UserOperation operation, Address entryPoint, UInt256 chainId, Address? @delegate);
}
