using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Signing.Guard;
using Bundler.Testing;
using static Bundler.Tests.Signing.GuardJob;

namespace Bundler.Tests.Signing;

/// <summary>Transactions that are the key's job, and transactions that are not, each with its reason.</summary>
internal static class GuardCorpus
{
    private static readonly AccessListEntry Entry = new(Stranger, []);

    public static IEnumerable<TestCaseData> ItsJob { get; } =
    [
        Job("a bundle", Bundle()),
        Job("a bundle of v0.6", BundleV06()),
        Job("a bundle of aggregated operations", Bundle() with { Data = Call(0xdbed18e0, Signer) }),
        Job("a bundle of aggregated operations of v0.6", BundleV06() with { Data = Call(0x4b1d7cf5, Signer) }),
        Job("a bundle for the configured beneficiary", Bundle() with { Data = Call(0x765e827f, Beneficiary) }),
        Job("a bundle at the fee cap", Bundle() with { MaxFeePerGas = MaxFee, MaxPriorityFeePerGas = MaxFee }),
        Job("a bundle without a tip", Bundle() with { MaxPriorityFeePerGas = UInt256.Zero }),
        Job("a bundle at the gas cap", Bundle() with { GasLimit = MaxGas }),
        Job("a bundle at the far end of the window", Bundle() with { Nonce = Nonce + Window }),
        Job("a bundle at the near end of the window", Bundle() with { Nonce = Nonce - Window }),
        Job("a bundle with an access list", Bundle() with { AccessList = [Entry] }),
        Job("a bundle with an authorization", Delegating(AuthorizationOf(5))),
        Job("a bundle with the most authorizations", Delegating(AuthorizationOf(5), AuthorizationOf(6))),
        Job("a cancellation", Cancellation()),
        Job("a cancellation at the fee cap", Cancellation() with { MaxFeePerGas = MaxFee, MaxPriorityFeePerGas = MaxFee }),
        Job("a sweep to the treasury", Sweep()),
        Job("a sweep at the cap", Sweep() with { Value = Ether * 10 }),
        Job("a sweep to a treasury that is a contract", Sweep() with { GasLimit = 60_000 }),
        Job("a top-up of another signer", TopUp()),
    ];

    public static IEnumerable<TestCaseData> NotItsJob { get; } =
    [
        Not("a bundle for Ethereum", Bundle() with { ChainId = 1 }, SignerGuardReason.ForeignChain),
        Not("a bundle for the testnet", Bundle() with { ChainId = 97 }, SignerGuardReason.ForeignChain),
        Not("a bundle for no chain", Bundle() with { ChainId = UInt256.Zero }, SignerGuardReason.ForeignChain),
        Not("a cancellation for another chain", Cancellation() with { ChainId = 204 }, SignerGuardReason.ForeignChain),
        Not("a sweep on another chain", Sweep() with { ChainId = 1 }, SignerGuardReason.ForeignChain),
        Not("a delegating bundle for another chain", Delegating(AuthorizationOf(5)) with { ChainId = 1 }, SignerGuardReason.ForeignChain),

        Not("a legacy bundle", Legacy(), SignerGuardReason.ForeignType),
        Not("a legacy transaction without replay protection", Legacy() with { ChainId = UInt256.Zero }, SignerGuardReason.ForeignChain),
        Not("a legacy cancellation", Legacy() with { To = Signer, Data = Bytes.Empty }, SignerGuardReason.ForeignType),
        Not("a bundle of EIP-2930", AccessListBundle(), SignerGuardReason.ForeignType),

        Not("a deployment", Bundle() with { To = null }, SignerGuardReason.CreatesContract),
        Not("a deployment with value", Bundle() with { To = null, Value = Ether }, SignerGuardReason.CreatesContract),
        Not("an empty deployment", Cancellation() with { To = null }, SignerGuardReason.CreatesContract),

        Not("a payment to a stranger", Sweep() with { To = Stranger }, SignerGuardReason.ForeignTarget),
        Not("a payment to the zero address", Sweep() with { To = Address.Zero }, SignerGuardReason.ForeignTarget),
        Not("a payment to the beneficiary, who is no payee", Sweep() with { To = Beneficiary }, SignerGuardReason.ForeignTarget),
        Not("handleOps of a contract that is no EntryPoint", Bundle() with { To = Stranger }, SignerGuardReason.ForeignTarget),
        Not("handleOps of an EntryPoint that is not served", Bundle() with { To = Deployments.EntryPointV08 }, SignerGuardReason.ForeignTarget),
        Not("a token transfer", Bundle() with { To = Stranger, Data = Call(0xa9059cbb, Stranger) }, SignerGuardReason.ForeignTarget),
        Not("a token approval", Bundle() with { To = Stranger, Data = Call(0x095ea7b3, Stranger) }, SignerGuardReason.ForeignTarget),
        Not("an empty call of a stranger", Cancellation() with { To = Stranger }, SignerGuardReason.ForeignTarget),

        Not("withdrawTo", Bundle() with { Data = Call(0x205c2878, Stranger) }, SignerGuardReason.ForeignSelector),
        Not("withdrawStake", Bundle() with { Data = Call(0xc23a5cea, Stranger) }, SignerGuardReason.ForeignSelector),
        Not("unlockStake", Bundle() with { Data = Call(0xbb9fe6bf, Stranger) }, SignerGuardReason.ForeignSelector),
        Not("addStake", Bundle() with { Data = Call(0x0396cb60, Stranger), Value = Ether }, SignerGuardReason.ForeignSelector),
        Not("depositTo", Bundle() with { Data = Call(0xb760faf9, Stranger), Value = Ether }, SignerGuardReason.ForeignSelector),
        Not("incrementNonce", Bundle() with { Data = Call(0x0bd28e3b, Stranger) }, SignerGuardReason.ForeignSelector),
        Not("innerHandleOp", Bundle() with { Data = Call(0x0042dc53, Stranger) }, SignerGuardReason.ForeignSelector),
        Not("delegateAndRevert", Bundle() with { Data = Call(0x850aaf62, Stranger) }, SignerGuardReason.ForeignSelector),
        Not("handleOps of v0.6 at v0.7", Bundle() with { Data = Call(0x1fad948c, Signer) }, SignerGuardReason.ForeignSelector),
        Not("handleAggregatedOps of v0.6 at v0.7", Bundle() with { Data = Call(0x4b1d7cf5, Signer) }, SignerGuardReason.ForeignSelector),
        Not("handleOps of v0.7 at v0.6", BundleV06() with { Data = Call(0x765e827f, Signer) }, SignerGuardReason.ForeignSelector),
        Not("an EntryPoint's receive function", Bundle() with { Data = Bytes.Empty }, SignerGuardReason.ForeignSelector),
        Not("three bytes of a selector", Bundle() with { Data = Bytes.Parse("0x765e82") }, SignerGuardReason.ForeignSelector),

        Not("handleOps without arguments", Bundle() with { Data = Bytes.Parse("0x765e827f") }, SignerGuardReason.MalformedCalldata),
        Not("handleOps that ends within the beneficiary", Bundle() with { Data = Bundle().Data.Slice(0, 67) }, SignerGuardReason.MalformedCalldata),
        Not("a beneficiary with dirty upper bytes", Bundle() with { Data = Dirty() }, SignerGuardReason.MalformedCalldata),

        Not("a bundle whose fees go to a stranger", Bundle() with { Data = Call(0x765e827f, Stranger) }, SignerGuardReason.ForeignBeneficiary),
        Not("a bundle of v0.6 whose fees go to a stranger", BundleV06() with { Data = Call(0x1fad948c, Stranger) }, SignerGuardReason.ForeignBeneficiary),
        Not("aggregated operations whose fees go to a stranger", Bundle() with { Data = Call(0xdbed18e0, Stranger) }, SignerGuardReason.ForeignBeneficiary),
        Not("a bundle whose fees are burnt", Bundle() with { Data = Call(0x765e827f, Address.Zero) }, SignerGuardReason.ForeignBeneficiary),

        Not("a bundle with value", Bundle() with { Value = UInt256.One }, SignerGuardReason.CarriesValue),
        Not("a bundle with an ether", BundleV06() with { Value = Ether }, SignerGuardReason.CarriesValue),
        Not("a cancellation with value", Cancellation() with { Value = UInt256.One }, SignerGuardReason.CarriesValue),
        Not("a delegating bundle with value", Delegating(AuthorizationOf(5)) with { Value = UInt256.One }, SignerGuardReason.CarriesValue),

        Not("a cancellation with calldata", Cancellation() with { Data = Bytes.Parse("0x00") }, SignerGuardReason.CarriesData),
        Not("a bundle sent to oneself", Cancellation() with { Data = Bundle().Data }, SignerGuardReason.CarriesData),
        Not("a sweep with calldata", Sweep() with { Data = Bytes.Parse("0x12345678") }, SignerGuardReason.CarriesData),
        Not("a cancellation with an access list", Cancellation() with { AccessList = [Entry] }, SignerGuardReason.CarriesExtras),
        Not("a top-up with an access list", TopUp() with { AccessList = [Entry] }, SignerGuardReason.CarriesExtras),
        Not("a cancellation that delegates", Delegating(AuthorizationOf(5)) with { To = Signer, Data = Bytes.Empty }, SignerGuardReason.CarriesExtras),
        Not("a sweep that delegates", Delegating(AuthorizationOf(5)) with { To = Treasury, Data = Bytes.Empty }, SignerGuardReason.CarriesExtras),

        Not("a bundle above the gas cap", Bundle() with { GasLimit = MaxGas + 1 }, SignerGuardReason.TooMuchGas),
        Not("a bundle with endless gas", Bundle() with { GasLimit = UInt256.MaxValue }, SignerGuardReason.TooMuchGas),
        Not("a cancellation with gas to spare", Cancellation() with { GasLimit = 21_001 }, SignerGuardReason.TooMuchGas),
        Not("a sweep with the gas of a bundle", Sweep() with { GasLimit = 1_000_000 }, SignerGuardReason.TooMuchGas),

        Not("a bundle one wei above the fee cap", Bundle() with { MaxFeePerGas = MaxFee + 1 }, SignerGuardReason.FeeTooHigh),
        Not("a bundle whose tip alone is above the cap", Bundle() with { MaxPriorityFeePerGas = MaxFee + 1 }, SignerGuardReason.FeeTooHigh),
        Not("a cancellation at any price", Cancellation() with { MaxFeePerGas = UInt256.MaxValue }, SignerGuardReason.FeeTooHigh),
        Not("a delegating bundle above the fee cap", Delegating(AuthorizationOf(5)) with { MaxFeePerGas = MaxFee + 1 }, SignerGuardReason.FeeTooHigh),

        Not("a bundle beyond the window", Bundle() with { Nonce = Nonce + Window + 1 }, SignerGuardReason.NonceFarAhead),
        Not("a bundle for the end of time", Bundle() with { Nonce = ulong.MaxValue }, SignerGuardReason.NonceFarAhead),
        Not("a cancellation beyond the window", Cancellation() with { Nonce = Nonce + 1_000 }, SignerGuardReason.NonceFarAhead),
        Not("a bundle long behind", Bundle() with { Nonce = Nonce - Window - 1 }, SignerGuardReason.NonceFarBehind),
        Not("the account's first transaction again", Sweep() with { Nonce = 0 }, SignerGuardReason.NonceFarBehind),

        Not("a bundle that gives the signer code", Delegating(AuthorizationOf(0)), SignerGuardReason.DelegatesSigner),
        Not("a bundle that gives the signer code among others", Delegating(AuthorizationOf(5), AuthorizationOf(0)), SignerGuardReason.DelegatesSigner),
        Not("a bundle with too many authorizations", Delegating(AuthorizationOf(5), AuthorizationOf(6), AuthorizationOf(7)), SignerGuardReason.TooManyAuthorizations),

        Not("a sweep above the cap", Sweep() with { Value = Ether * 10 + 1 }, SignerGuardReason.TransferTooLarge),
        Not("a top-up above its own cap", TopUp() with { Value = Ether }, SignerGuardReason.TransferTooLarge),
        Not("a top-up of everything", TopUp() with { Value = UInt256.MaxValue }, SignerGuardReason.TransferTooLarge),
    ];

    private static AccessListTransaction AccessListBundle() => new()
    {
        ChainId = ChainId,
        Nonce = Nonce,
        GasLimit = 1_000_000,
        To = Deployments.EntryPointV07,
        Data = Call(0x765e827f, Signer),
        GasPrice = Gwei,
        AccessList = [Entry],
    };

    private static Bytes Dirty()
    {
        byte[] data = Bundle().Data.ToArray();
        data[4 + 32] = 1;
        return Bytes.Own(data);
    }

    private static TestCaseData Job(string what, Transaction transaction) => new TestCaseData(transaction).SetArgDisplayNames(what);

    private static TestCaseData Not(string what, Transaction transaction, SignerGuardReason reason) =>
        new TestCaseData(transaction, reason).SetArgDisplayNames(what, reason.ToString());
}
