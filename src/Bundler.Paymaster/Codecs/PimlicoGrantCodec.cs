using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Codecs;

/// <summary>
/// Pimlico's SingletonPaymaster of v0.6 and v0.7 in its verifying mode: mode ‖ validUntil 6 ‖ validAfter 6 ‖ signature 65, EIP-191. Its allow list of bundlers reads ORIGIN,
/// which no pool admits, so every bundler is allowed. What later singletons hash is not certain, so they are not here.
/// </summary>
public sealed class PimlicoGrantCodec(EntryPointVersion version) : IGrantCodec
{
    /// <summary>The kind's name.</summary>
    public const string Name = "pimlico";

    /// <summary>mode (0, verifying) shifted by one, and the bit that allows all bundlers.</summary>
    private const byte Mode = 0 << 1 | 1;

    private const int WindowSize = 1 + 6 + 6;

    private static readonly AbiType[] Wrapped = [AbiType.Parse("bytes32"), AbiType.Parse("uint256")];
    private static readonly AbiType[] HashedV06 = [.. "address uint256 uint256 uint256 uint256 uint256 uint256 bytes32 bytes32 bytes32".Split(' ').Select(type => AbiType.Parse(type))];
    private static readonly AbiType[] HashedV07 = [.. "address uint256 bytes32 uint256 bytes32 bytes32 bytes32 bytes32".Split(' ').Select(type => AbiType.Parse(type))];

    private readonly AbiFunction _getHash = AbiFunction.Parse($"getHash(uint8 mode,{OperationCalls.Of(version).TupleText} userOp) returns (bytes32)");

    public string Kind => Name;

    public bool CountsGrants => false;

    public Bytes Data(GrantTerms terms, Bytes signature)
    {
        byte[] data = new byte[WindowSize + signature.Length];
        data[0] = Mode;
        GrantCodecs.WriteTime(data.AsSpan(1), terms.ValidUntil);
        GrantCodecs.WriteTime(data.AsSpan(1 + 6), terms.ValidAfter);
        signature.Span.CopyTo(data.AsSpan(WindowSize));
        return Bytes.Own(data);
    }

    public Hash32 HashOf(UserOperation operation, GrantSite site, GrantTerms terms, SenderFacts facts)
    {
        UserOperation granted = this.Grant(operation, site, terms, Bytes.Empty);
        Bytes hashed = version == EntryPointVersion.V06 ? HashedFieldsV06(granted) : HashedFieldsV07(PackedUserOperation.Of(granted));
        return Keccak256.Hash(AbiEncoder.Encode(Wrapped, Keccak256.Hash(hashed), site.ChainId));
    }

    public Hash32 DigestOf(Hash32 hash) => GrantCodecs.PersonalDigest(hash);

    public Bytes EncodeGetHash(UserOperation operation, GrantSite site, GrantTerms terms) =>
        _getHash.EncodeCall(UInt256.Zero, site.EntryPoint.Operations.ToTuple(this.Grant(operation, site, terms, GrantStub.Signature)));

    private static Bytes HashedFieldsV06(UserOperation granted) => AbiEncoder.Encode(
        HashedV06,
        granted.Sender,
        granted.Nonce,
        granted.CallGasLimit,
        granted.VerificationGasLimit,
        granted.PreVerificationGas,
        granted.MaxFeePerGas,
        granted.MaxPriorityFeePerGas,
        Keccak256.Hash(granted.CallData),
        Keccak256.Hash(GrantCodecs.InitCode(granted)),
        Keccak256.Hash(Bytes.Concat(granted.Paymaster!.Value.ToBytes(), granted.PaymasterData)));

    private static Bytes HashedFieldsV07(PackedUserOperation granted) => AbiEncoder.Encode(
        HashedV07,
        granted.Sender,
        granted.Nonce,
        granted.AccountGasLimits,
        granted.PreVerificationGas,
        granted.GasFees,
        Keccak256.Hash(granted.InitCode),
        Keccak256.Hash(granted.CallData),
        Keccak256.Hash(granted.PaymasterAndData));
}
