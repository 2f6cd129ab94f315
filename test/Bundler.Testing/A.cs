using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Testing;

/// <summary>Ordinary things for tests to bend with <c>with</c>.</summary>
public static partial class A
{
    public static Address Account { get; } = Address.Parse("0x1111111111111111111111111111111111111111");

    public static Address Paymaster { get; } = Address.Parse("0x3333333333333333333333333333333333333333");

    public static Address Factory { get; } = Address.Parse("0x4444444444444444444444444444444444444444");

    public static Address Contract { get; } = Address.Parse("0x5555555555555555555555555555555555555555");

    public static EntryPoint EntryPoint { get; } = EntryPointCatalog.Create(EntryPointVersion.V07, Deployments.EntryPointV07);

    /// <summary>A chain with the ERC's own numbers and a tip floor of 1 wei.</summary>
    public static ChainProfile Chain { get; } = new()
    {
        Name = "test",
        ChainId = 1337,
        EntryPoints = [new KnownEntryPoint(EntryPoint.Address, EntryPoint.Version)],
        MinPriorityFeeWei = 1,
    };

    /// <summary>A coming block without a base fee.</summary>
    public static FeeQuote Fees { get; } = new(BaseFeePerGas: 0, SuggestedTip: 1, FloorTip: 1);

    public static DateTimeOffset Moment { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Address number <paramref name="index"/> of a crowd.</summary>
    public static Address AddressOf(int index) => Address.FromWord(Hash32.From(0x10000 + index).Span);

    public static UserOperation UserOperation() => new()
    {
        Sender = Account,
        Nonce = 0,
        CallData = Bytes.Parse("0xdeadbeef"),
        CallGasLimit = 50_000,
        VerificationGasLimit = 100_000,
        PreVerificationGas = 60_000,
        MaxFeePerGas = 2_000_000_000,
        MaxPriorityFeePerGas = 1_000_000_000,
        Signature = Bytes.Own(new byte[65]),
    };

    public static ValidationResult Validation() => new() { BlockHash = Hash32.Zero, Window = ValidityWindow.Always };

    public static MempoolEntry Entry(UserOperation operation, ValidationResult? validation = null, long sequence = 1) => new()
    {
        Operation = operation,
        UserOpHash = EntryPoint.Hash(operation, 1337, null),
        EntryPoint = EntryPoint,
        Validation = validation ?? Validation(),
        AdmittedAt = Moment,
        AdmittedAtBlock = 1,
        Size = EntryPoint.Operations.Pack(operation).Length,
        CalldataTokens = CalldataCost.Tokens(EntryPoint.Operations.Pack(operation)),
        Sequence = sequence,
    };

    /// <summary>A deployed sender at sequence 0, contracts behind the other entities, nobody staked.</summary>
    public static ValidationFacts Facts() => new()
    {
        Sender = Contracted,
        Factory = Contracted,
        Paymaster = Contracted,
        NonceSequence = 0,
        Stakes = new Dictionary<Address, StakeInfo>(),
    };

    /// <summary>Just enough stake for just long enough on <see cref="Chain"/>.</summary>
    public static StakeInfo Staked(Address address) => new(address, Chain.MinStakeWei, Chain.MinUnstakeDelaySeconds, UInt256.Zero);

    /// <summary>Head number <paramref name="number"/> of a chain without forks.</summary>
    /// <summary>Transactions of a chain may have so much gas, and blocks.</summary>
    public static GasCeiling Ceiling(ulong transactionGasLimit = 16_777_216, ulong blockGasLimit = ulong.MaxValue)
    {
        HeadFeed heads = new();
        heads.Publish(Head(1) with { GasLimit = blockGasLimit }, Moment);
        return new GasCeiling(Chain with { TransactionGasLimit = transactionGasLimit }, heads);
    }

    public static ChainHead Head(ulong number) => new(number, HashOf(number), HashOf(number - 1), 1_000 + number, 0);

    /// <summary>Hash number <paramref name="number"/> of a crowd.</summary>
    public static Hash32 HashOf(ulong number) => Hash32.From(0xb10c_0000 + number);

    /// <summary>An account with code and nothing else.</summary>
    public static AccountState Contracted { get; } = new(Keccak256.Hash([0x60, 0x00]), UInt256.Zero, null);

    /// <summary>An account that is not there.</summary>
    public static AccountState Absent { get; } = new(Keccak256.Empty, UInt256.Zero, null);

    /// <summary>A nonce of key and sequence.</summary>
    public static UInt256 Nonce(ulong key, ulong sequence) => new UserOperationNonce(key, sequence).Value;
}
