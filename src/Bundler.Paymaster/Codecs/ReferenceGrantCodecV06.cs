using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Codecs;

/// <summary>
/// eth-infinitism's VerifyingPaymaster of v0.6. It hashes the raw call data of the operation up to the paymaster's bytes, with their offsets, and a count of its own for each
/// sender: two grants of one sender that live at the same time exclude each other.
/// </summary>
public sealed class ReferenceGrantCodecV06 : IGrantCodec
{
    private const int PaymasterAndDataField = 9;

    private static readonly AbiType[] Operation = [OperationCalls.V06.TupleType];
    private static readonly AbiType[] Hashed = [.. "bytes uint256 address uint256 uint48 uint48".Split(' ').Select(type => AbiType.Parse(type))];

    private static readonly AbiFunction GetHash = AbiFunction.Parse(
        $"getHash({OperationCalls.V06.TupleText} userOp,uint48 validUntil,uint48 validAfter) returns (bytes32)");

    public string Kind => ReferenceGrantCodec.Name;

    public bool CountsGrants => true;

    public Bytes Data(GrantTerms terms, Bytes signature) => ReferenceWindow.Data(terms, signature);

    public Hash32 HashOf(UserOperation operation, GrantSite site, GrantTerms terms, SenderFacts facts)
    {
        object[] tuple = site.EntryPoint.Operations.ToTuple(this.Grant(operation, site, terms, GrantStub.Signature));
        ReadOnlySpan<byte> encoded = AbiEncoder.Encode(Operation, [tuple]).Span[Hash32.Size..];
        int end = (int)UInt256.FromBigEndian(encoded.Slice(PaymasterAndDataField * Hash32.Size, Hash32.Size));
        return Keccak256.Hash(AbiEncoder.Encode(
            Hashed, Bytes.From(encoded[..end]), site.ChainId, site.Paymaster, facts.Granted, (UInt256)terms.ValidUntil, (UInt256)terms.ValidAfter));
    }

    public Hash32 DigestOf(Hash32 hash) => GrantCodecs.PersonalDigest(hash);

    public Bytes EncodeGetHash(UserOperation operation, GrantSite site, GrantTerms terms) => GetHash.EncodeCall(
        site.EntryPoint.Operations.ToTuple(this.Grant(operation, site, terms, GrantStub.Signature)), (UInt256)terms.ValidUntil, (UInt256)terms.ValidAfter);
}
