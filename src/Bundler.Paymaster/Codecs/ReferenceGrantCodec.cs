using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Codecs;

/// <summary>eth-infinitism's VerifyingPaymaster of v0.7, and its source for later EntryPoints: abi.encode(validUntil, validAfter) 64 ‖ signature 65, EIP-191.</summary>
public sealed class ReferenceGrantCodec : IGrantCodec
{
    /// <summary>The kind's name.</summary>
    public const string Name = "verifying";

    private static readonly AbiType[] Hashed = [.. "address uint256 bytes32 bytes32 bytes32 uint256 uint256 bytes32 uint256 address uint48 uint48".Split(' ').Select(type => AbiType.Parse(type))];

    private static readonly AbiFunction GetHash = AbiFunction.Parse(
        $"getHash({OperationCalls.V07.TupleText} userOp,uint48 validUntil,uint48 validAfter) returns (bytes32)");

    public string Kind => Name;

    public bool CountsGrants => false;

    public Bytes Data(GrantTerms terms, Bytes signature) => ReferenceWindow.Data(terms, signature);

    public Hash32 HashOf(UserOperation operation, GrantSite site, GrantTerms terms, SenderFacts facts)
    {
        PackedUserOperation packed = PackedUserOperation.Of(this.Grant(operation, site, terms, GrantStub.Signature));
        return Keccak256.Hash(AbiEncoder.Encode(
            Hashed,
            packed.Sender,
            packed.Nonce,
            Keccak256.Hash(packed.InitCode),
            Keccak256.Hash(packed.CallData),
            packed.AccountGasLimits,
            UInt256.FromBigEndian(packed.PaymasterAndData.Span.Slice(Address.Size, Hash32.Size)),
            packed.PreVerificationGas,
            packed.GasFees,
            site.ChainId,
            site.Paymaster,
            (UInt256)terms.ValidUntil,
            (UInt256)terms.ValidAfter));
    }

    public Hash32 DigestOf(Hash32 hash) => GrantCodecs.PersonalDigest(hash);

    public Bytes EncodeGetHash(UserOperation operation, GrantSite site, GrantTerms terms) => GetHash.EncodeCall(
        site.EntryPoint.Operations.ToTuple(this.Grant(operation, site, terms, GrantStub.Signature)), (UInt256)terms.ValidUntil, (UInt256)terms.ValidAfter);
}
