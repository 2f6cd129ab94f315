using System.Numerics;
using Bundler.Client.Json;
using Nethereum.ABI.EIP712;

namespace Bundler.Client.Operations;

/// <summary>EntryPoint v0.8 and later: PackedUserOperation in the domain ERC4337, version 1.</summary>
internal static class OperationTypedData
{
    private const string PrimaryType = "PackedUserOperation";

    private static readonly (string Type, string Name)[] _domain =
        [("string", "name"), ("string", "version"), ("uint256", "chainId"), ("address", "verifyingContract")];

    private static readonly (string Type, string Name)[] _members =
    [
        ("address", "sender"), ("uint256", "nonce"), ("bytes", "initCode"), ("bytes", "callData"), ("bytes32", "accountGasLimits"),
        ("uint256", "preVerificationGas"), ("bytes32", "gasFees"), ("bytes", "paymasterAndData"),
    ];

    public static TypedData<Domain> Of(UserOperation operation, EntryPoint entryPoint, BigInteger chainId, string? @delegate)
    {
        PackedOperation packed = PackedOperation.Hashed(operation, entryPoint.Version, @delegate);
        object[] values =
        [
            operation.Sender, operation.Nonce, packed.InitCodeBytes, HexText.Bytes(operation.CallData), packed.AccountGasLimits,
            PackedOperation.Required(operation.PreVerificationGas, nameof(operation.PreVerificationGas)), packed.GasFees, packed.PaymasterAndData,
        ];
        return new TypedData<Domain>
        {
            Domain = new Domain { Name = "ERC4337", Version = "1", ChainId = chainId, VerifyingContract = entryPoint.Address },
            Types = new Dictionary<string, MemberDescription[]> { ["EIP712Domain"] = Describe(_domain), [PrimaryType] = Describe(_members) },
            PrimaryType = PrimaryType,
            Message = [.. _members.Zip(values, (member, value) => new MemberValue { TypeName = member.Type, Value = value })],
        };
    }

    private static MemberDescription[] Describe((string Type, string Name)[] members) =>
        [.. members.Select(member => new MemberDescription { Name = member.Name, Type = member.Type })];
}
