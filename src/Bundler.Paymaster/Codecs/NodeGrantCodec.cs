using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.TypedData;
using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Codecs;

/// <summary>
/// Our own contracts, NodeVerifyingPaymaster and NodeImmutablePaymaster: validUntil 6 ‖ validAfter 6 ‖ grantId 16 ‖ signature 65, EIP-712 over every field of the operation.
/// </summary>
public sealed class NodeGrantCodec(EntryPointVersion version) : IGrantCodec
{
    /// <summary>The kind's name.</summary>
    public const string Name = "node";

    private const string Type = "SponsoredOperation";
    private const int IdAt = 12;
    private const int SignatureAt = IdAt + IdSize;
    private const int IdSize = GrantId.Size;

    private static readonly (string Name, string Type)[] FieldsV06 =
    [
        ("callGasLimit", "uint256"), ("verificationGasLimit", "uint256"), ("preVerificationGas", "uint256"),
        ("maxFeePerGas", "uint256"), ("maxPriorityFeePerGas", "uint256"),
    ];

    private static readonly (string Name, string Type)[] FieldsV07 =
    [
        ("verificationGasLimit", "uint256"), ("callGasLimit", "uint256"), ("preVerificationGas", "uint256"),
        ("maxPriorityFeePerGas", "uint256"), ("maxFeePerGas", "uint256"),
        ("paymasterVerificationGasLimit", "uint256"), ("paymasterPostOpGasLimit", "uint256"),
    ];

    private readonly Dictionary<string, IReadOnlyList<Eip712Field>> _types = new()
    {
        [Type] =
        [
            new("entryPoint", "address"), new("sender", "address"), new("nonce", "uint256"), new("initCode", "bytes"), new("callData", "bytes"),
            .. (version == EntryPointVersion.V06 ? FieldsV06 : FieldsV07).Select(field => new Eip712Field(field.Name, field.Type)),
            new("delegate", "address"), new("validUntil", "uint48"), new("validAfter", "uint48"), new("grantId", "bytes16"),
        ],
    };

    private readonly AbiFunction _getHash = AbiFunction.Parse($"getHash({OperationCalls.Of(version).TupleText} operation) returns (bytes32)");

    public string Kind => Name;

    public bool CountsGrants => false;

    public Bytes Data(GrantTerms terms, Bytes signature)
    {
        byte[] data = new byte[SignatureAt + signature.Length];
        GrantCodecs.WriteTime(data, terms.ValidUntil);
        GrantCodecs.WriteTime(data.AsSpan(6), terms.ValidAfter);
        terms.Id.Write(data.AsSpan(IdAt, IdSize));
        signature.Span.CopyTo(data.AsSpan(SignatureAt));
        return Bytes.Own(data);
    }

    public Hash32 HashOf(UserOperation operation, GrantSite site, GrantTerms terms, SenderFacts facts)
    {
        byte[] id = new byte[IdSize];
        terms.Id.Write(id);
        Dictionary<string, object> values = new()
        {
            ["entryPoint"] = site.EntryPoint.Address,
            ["sender"] = operation.Sender,
            ["nonce"] = operation.Nonce,
            ["initCode"] = GrantCodecs.InitCode(operation),
            ["callData"] = operation.CallData,
            ["callGasLimit"] = operation.CallGasLimit,
            ["verificationGasLimit"] = operation.VerificationGasLimit,
            ["preVerificationGas"] = operation.PreVerificationGas,
            ["maxFeePerGas"] = operation.MaxFeePerGas,
            ["maxPriorityFeePerGas"] = operation.MaxPriorityFeePerGas,
            ["paymasterVerificationGasLimit"] = operation.PaymasterVerificationGasLimit,
            ["paymasterPostOpGasLimit"] = operation.PaymasterPostOpGasLimit,
            ["delegate"] = facts.Delegate,
            ["validUntil"] = (UInt256)terms.ValidUntil,
            ["validAfter"] = (UInt256)terms.ValidAfter,
            ["grantId"] = Bytes.Own(id),
        };
        Eip712Domain domain = new() { Name = "NodeVerifyingPaymaster", Version = "1", ChainId = site.ChainId, VerifyingContract = site.Paymaster };
        return Eip712Hash.Message(domain, _types, Type, values);
    }

    public Hash32 DigestOf(Hash32 hash) => hash;

    public Bytes EncodeGetHash(UserOperation operation, GrantSite site, GrantTerms terms) =>
        _getHash.EncodeCall([site.EntryPoint.Operations.ToTuple(this.Grant(operation, site, terms, GrantStub.Signature))]);
}
