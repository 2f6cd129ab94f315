using System.Numerics;
using Bundler.Client.Json;
using Bundler.Client.Operations;

namespace Bundler.Client.Accounts;

/// <summary>How the reference accounts take their owner's signature: a message until v0.7, typed data from v0.8 on.</summary>
internal static class OwnerSignature
{
    /// <summary>65 bytes of a signature that recovers to somebody: r and s in range, s low, v 28.</summary>
    public const string Stub =
        "0xfffffffffffffffffffffffffffffff0000000000000000000000000000000007aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1c";

    public static Task<string> SignAsync(
        IAccountOwner owner, EntryPoint entryPoint, UserOperation operation, BigInteger chainId, string? @delegate, CancellationToken cancellationToken) =>
        entryPoint.SignsTypedData
            ? owner.SignTypedDataAsync(entryPoint.TypedData(operation, chainId, @delegate), cancellationToken)
            : owner.SignMessageAsync(HexText.Bytes(entryPoint.Hash(operation, chainId)), cancellationToken);
}
