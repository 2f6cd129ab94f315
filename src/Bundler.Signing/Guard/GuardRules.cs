using System.Buffers.Binary;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Signing.Guard;

/// <summary>
/// The whole policy of the key (S0-14), pure: what every transaction must be, then what it must be for its purpose. The target tells the
/// purpose: an EntryPoint is a bundle, the signer itself is a cancellation, a payee is a transfer, and there is no other.
/// </summary>
internal static class GuardRules
{
    private const ulong CancellationGas = 21_000;
    private const int SelectorSize = 4;
    private const int WordSize = 32;

    private delegate SignerGuardRefusal? Rule(GuardContext context);

    private static readonly IReadOnlyList<Rule> OfEveryTransaction = [OurChain, OurType, FeesWithinCap, NonceWithinWindow];
    private static readonly IReadOnlyList<Rule> OfBundles = [OurFunction, OurBeneficiary, NoValue, BundleGasWithinCap, OthersDelegate];
    private static readonly IReadOnlyList<Rule> OfCancellations = [NoExtras, NoData, NoValue, CancellationGasExact];
    private static readonly IReadOnlyList<Rule> OfTransfers = [NoExtras, NoData, TransferWithinCap, TransferGasWithinCap];

    /// <summary>The allowance that a transfer uses; null for a bundle, a cancellation, or a payee of none.</summary>
    public static TransferAllowance? AllowanceOf(GuardContext context) =>
        context.Transaction.To is { } to && to != context.Signer && EntryPointAt(context, to) is null
            ? context.Limits.Transfers.FirstOrDefault(allowance => allowance.Payees.Contains(to))
            : null;

    /// <summary>The first reason not to sign, or null.</summary>
    public static SignerGuardRefusal? Check(GuardContext context) =>
        First(OfEveryTransaction, context) ?? (RulesOfPurpose(context) is { } rules ? First(rules, context) : NoPurpose(context));

    private static IReadOnlyList<Rule>? RulesOfPurpose(GuardContext context) => context.Transaction.To switch
    {
        null => null,
        { } to when EntryPointAt(context, to) is not null => OfBundles,
        { } to when to == context.Signer => OfCancellations,
        { } to when AllowanceOf(context) is not null => OfTransfers,
        _ => null,
    };

    private static SignerGuardRefusal NoPurpose(GuardContext context) => context.Transaction.To is { } to
        ? new SignerGuardRefusal(SignerGuardReason.ForeignTarget, $"{to} is neither an EntryPoint, nor the signer, nor a payee")
        : new SignerGuardRefusal(SignerGuardReason.CreatesContract, "it has no target");

    private static SignerGuardRefusal? First(IReadOnlyList<Rule> rules, GuardContext context) =>
        rules.Select(rule => rule(context)).FirstOrDefault(refusal => refusal is not null);

    private static SignerGuardRefusal? OurChain(GuardContext context) => context.Transaction.ChainId == context.Limits.ChainId
        ? null
        : new SignerGuardRefusal(SignerGuardReason.ForeignChain, $"chain id {context.Transaction.ChainId}, ours is {context.Limits.ChainId}");

    private static SignerGuardRefusal? OurType(GuardContext context) => context.Fees is not null
        ? null
        : new SignerGuardRefusal(SignerGuardReason.ForeignType, $"type {context.Transaction.Type}");

    private static SignerGuardRefusal? FeesWithinCap(GuardContext context)
    {
        UInt256 dearest = UInt256.Max(context.Fees!.Value.MaxFeePerGas, context.Fees.Value.MaxPriorityFeePerGas);
        return dearest <= context.Limits.MaxFeePerGas
            ? null
            : new SignerGuardRefusal(SignerGuardReason.FeeTooHigh, $"{dearest} wei for a unit of gas, the cap is {context.Limits.MaxFeePerGas}");
    }

    private static SignerGuardRefusal? NonceWithinWindow(GuardContext context)
    {
        ulong nonce = context.Transaction.Nonce;
        return context.KnownNonce switch
        {
            null => new SignerGuardRefusal(SignerGuardReason.NonceUnknown, "the account's nonce was never told"),
            { } known when nonce > known && nonce - known > context.Limits.NonceWindow
                => new SignerGuardRefusal(SignerGuardReason.NonceFarAhead, $"nonce {nonce}, the account is at {known}"),
            { } known when nonce < known && known - nonce > context.Limits.NonceWindow
                => new SignerGuardRefusal(SignerGuardReason.NonceFarBehind, $"nonce {nonce}, the account is at {known}"),
            _ => null,
        };
    }

    private static SignerGuardRefusal? OurFunction(GuardContext context)
    {
        ReadOnlySpan<byte> data = context.Transaction.Data.Span;
        GuardedEntryPoint entryPoint = EntryPointAt(context, context.Transaction.To!.Value)!;
        uint? selector = data.Length >= SelectorSize ? BinaryPrimitives.ReadUInt32BigEndian(data) : null;
        return selector == entryPoint.HandleOps || selector == entryPoint.HandleAggregatedOps
            ? null
            : new SignerGuardRefusal(SignerGuardReason.ForeignSelector, selector is null ? "no selector" : $"selector 0x{selector:x8}");
    }

    // handleOps(ops, beneficiary) and handleAggregatedOps(opsPerAggregator, beneficiary): the beneficiary is the second word.
    private static SignerGuardRefusal? OurBeneficiary(GuardContext context)
    {
        ReadOnlySpan<byte> data = context.Transaction.Data.Span;
        if (data.Length < SelectorSize + 2 * WordSize || data.Slice(SelectorSize + WordSize, WordSize - Address.Size).ContainsAnyExcept((byte)0))
        {
            return new SignerGuardRefusal(SignerGuardReason.MalformedCalldata, $"{data.Length} bytes of calldata without a beneficiary");
        }

        Address beneficiary = Address.FromWord(data.Slice(SelectorSize + WordSize, WordSize));
        return beneficiary == context.Signer || context.Limits.Beneficiaries?.Contains(beneficiary) != false
            ? null
            : new SignerGuardRefusal(SignerGuardReason.ForeignBeneficiary, $"{beneficiary} is not a configured beneficiary");
    }

    private static SignerGuardRefusal? NoValue(GuardContext context) => context.Transaction.Value.IsZero
        ? null
        : new SignerGuardRefusal(SignerGuardReason.CarriesValue, $"{context.Transaction.Value} wei");

    private static SignerGuardRefusal? NoData(GuardContext context) => context.Transaction.Data.IsEmpty
        ? null
        : new SignerGuardRefusal(SignerGuardReason.CarriesData, $"{context.Transaction.Data.Length} bytes of calldata");

    private static SignerGuardRefusal? NoExtras(GuardContext context) => context.HasExtras
        ? new SignerGuardRefusal(SignerGuardReason.CarriesExtras, $"type {context.Transaction.Type} with an access list or authorizations")
        : null;

    private static SignerGuardRefusal? BundleGasWithinCap(GuardContext context) => GasWithin(context, context.Limits.MaxBundleGas);

    private static SignerGuardRefusal? CancellationGasExact(GuardContext context) => GasWithin(context, CancellationGas);

    private static SignerGuardRefusal? TransferGasWithinCap(GuardContext context) => GasWithin(context, context.Limits.MaxTransferGas);

    private static SignerGuardRefusal? GasWithin(GuardContext context, ulong cap) => context.Transaction.GasLimit <= cap
        ? null
        : new SignerGuardRefusal(SignerGuardReason.TooMuchGas, $"{context.Transaction.GasLimit} gas, the cap is {cap}");

    private static SignerGuardRefusal? TransferWithinCap(GuardContext context)
    {
        UInt256 cap = AllowanceOf(context)!.MaxEach;
        return context.Transaction.Value <= cap
            ? null
            : new SignerGuardRefusal(SignerGuardReason.TransferTooLarge, $"{context.Transaction.Value} wei, the cap is {cap}");
    }

    private static SignerGuardRefusal? OthersDelegate(GuardContext context)
    {
        IReadOnlyList<Authorization> authorizations = context.Authorizations;
        return authorizations.Count > context.Limits.MaxAuthorizations
            ? new SignerGuardRefusal(SignerGuardReason.TooManyAuthorizations, $"{authorizations.Count}, the cap is {context.Limits.MaxAuthorizations}")
            : authorizations.Any(authorization => authorization.RecoverAuthority() == context.Signer)
            ? new SignerGuardRefusal(SignerGuardReason.DelegatesSigner, "one of the authorizations gives the signer code")
            : null;
    }

    private static GuardedEntryPoint? EntryPointAt(GuardContext context, Address address) =>
        context.Limits.EntryPoints.FirstOrDefault(entryPoint => entryPoint.Address == address);
}
