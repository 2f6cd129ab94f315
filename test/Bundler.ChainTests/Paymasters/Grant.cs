using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.TypedData;

namespace Bundler.ChainTests.Paymasters;

/// <summary>A grant of NodeVerifyingPaymaster: its window, its id, and what its signer signs, by EIP-712 and without asking the contract.</summary>
internal sealed record Grant(EntryPoint EntryPoint, Address Paymaster, UInt256 ChainId)
{
    private const string Type = "SponsoredOperation";

    public UInt256 ValidUntil { get; init; } = 0xffff_ffff;

    public UInt256 ValidAfter { get; init; } = 1;

    public Bytes Id { get; init; } = Bytes.Parse("0x0102030405060708090a0b0c0d0e0f10");

    /// <summary>EIP-7702: to whom the sender delegates; the zero address if it does not.</summary>
    public Address Delegate { get; init; }

    private bool IsV06 => EntryPoint.Version == EntryPointVersion.V06;

    /// <summary>The operation with the data of the grant, signed.</summary>
    /// <param name="asSuffix">As v0.9's paymasterSignature.</param>
    public UserOperation On(UserOperation operation, PrivateKey signer, bool asSuffix = false) => On(operation, Sign(operation, signer), asSuffix);

    public UserOperation On(UserOperation operation, Bytes signature, bool asSuffix = false)
    {
        UserOperation named = Named(operation);
        return asSuffix
            ? named with { PaymasterData = Window(), PaymasterSignature = signature }
            : named with { PaymasterData = Bytes.Concat(Window(), signature) };
    }

    public Bytes Sign(UserOperation operation, PrivateKey signer) => signer.Sign(Digest(Named(operation))).ToBytes();

    /// <param name="operation">As it is signed: the paymaster's fields are looked at.</param>
    public Hash32 Digest(UserOperation operation)
    {
        List<(string Name, string Type, object Value)> fields =
        [
            ("entryPoint", "address", EntryPoint.Address),
            ("sender", "address", operation.Sender),
            ("nonce", "uint256", operation.Nonce),
            ("initCode", "bytes", operation.Factory is { } factory ? Bytes.Concat(factory.ToBytes(), operation.FactoryData) : Bytes.Empty),
            ("callData", "bytes", operation.CallData),
        ];
        fields.AddRange(IsV06
            ?
            [
                ("callGasLimit", "uint256", operation.CallGasLimit),
                ("verificationGasLimit", "uint256", operation.VerificationGasLimit),
                ("preVerificationGas", "uint256", operation.PreVerificationGas),
                ("maxFeePerGas", "uint256", operation.MaxFeePerGas),
                ("maxPriorityFeePerGas", "uint256", operation.MaxPriorityFeePerGas),
            ]
            :
            [
                ("verificationGasLimit", "uint256", operation.VerificationGasLimit),
                ("callGasLimit", "uint256", operation.CallGasLimit),
                ("preVerificationGas", "uint256", operation.PreVerificationGas),
                ("maxPriorityFeePerGas", "uint256", operation.MaxPriorityFeePerGas),
                ("maxFeePerGas", "uint256", operation.MaxFeePerGas),
                ("paymasterVerificationGasLimit", "uint256", operation.PaymasterVerificationGasLimit),
                ("paymasterPostOpGasLimit", "uint256", operation.PaymasterPostOpGasLimit),
            ]);
        fields.AddRange(
        [
            ("delegate", "address", Delegate),
            ("validUntil", "uint48", ValidUntil),
            ("validAfter", "uint48", ValidAfter),
            ("grantId", "bytes16", Id),
        ]);
        Dictionary<string, IReadOnlyList<Eip712Field>> types = new() { [Type] = [.. fields.Select(field => new Eip712Field(field.Name, field.Type))] };
        Eip712Domain domain = new() { Name = "NodeVerifyingPaymaster", Version = "1", ChainId = ChainId, VerifyingContract = Paymaster };
        return Eip712Hash.Message(domain, types, Type, fields.ToDictionary(field => field.Name, field => field.Value));
    }

    private UserOperation Named(UserOperation operation) => operation with
    {
        Paymaster = Paymaster,
        PaymasterVerificationGasLimit = IsV06 ? 0 : operation.PaymasterVerificationGasLimit.IsZero ? 60_000 : operation.PaymasterVerificationGasLimit,
    };

    private Bytes Window() => Bytes.Concat(Uint48(ValidUntil), Uint48(ValidAfter), Id);

    private static Bytes Uint48(UInt256 value)
    {
        byte[] word = new byte[Hash32.Size];
        value.WriteBigEndian(word);
        return Bytes.From(word.AsSpan(Hash32.Size - 6));
    }
}
