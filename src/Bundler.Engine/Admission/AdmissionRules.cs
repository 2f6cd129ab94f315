using Bundler.Engine.Admission.AfterValidation;
using Bundler.Engine.Admission.OfTheChain;
using Bundler.Engine.Admission.OfTheOperation;
using Bundler.Engine.Admission.OfThePool;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Engine.Admission;

/// <summary>Every admission rule in order, in four groups. Cheap before dear: the order is the policy, read it top to bottom.</summary>
public sealed class AdmissionRules(IServiceProvider services)
{
    /// <summary>Needs the operation alone.</summary>
    public IReadOnlyList<IAdmissionRule> OfTheOperation { get; } =
    [
        Rule<FieldsWellFormed>(services),
        Rule<SizeWithinLimit>(services),            // LIM-010
        Rule<GasLimitsWithinBounds>(services),      // LIM-060
        Rule<AuthorizationWellFormed>(services),    // AUTH-010
    ];

    /// <summary>Needs the facts of one batched read.</summary>
    public IReadOnlyList<IAdmissionRule> OfTheChain { get; } =
    [
        Rule<FitsTheBlock>(services),               // EIP-7825
        Rule<PreVerificationGasCovers>(services),   // LIM-070
        Rule<FeesAcceptable>(services),
        Rule<DelegationsTaken>(services),           // EIP-7702
        Rule<AuthorizationFresh>(services),         // EIP-7702
    ];

    /// <summary>Needs the mempool; asked before validation, and again when the operation is put in.</summary>
    public IReadOnlyList<IAdmissionRule> OfThePool { get; } =
    [
        Rule<NotAlreadyKnown>(services),
        Rule<EntitiesInGoodStanding>(services),     // GREP-010 GREP-020
        Rule<ReplacementPaysMore>(services),
        Rule<NonceFits>(services),
        Rule<UnstakedLimits>(services),             // UREP-010 UREP-020
        Rule<PaymasterCanPay>(services),            // EREP-010
        Rule<RolesNotMixed>(services),              // STO-040
        Rule<OneDelegatePerSender>(services),       // AUTH-040
    ];

    /// <summary>Needs what validation has shown, and the mempool.</summary>
    public IReadOnlyList<IAdmissionRule> AfterValidation { get; } =
    [
        Rule<FitsTheBlock>(services),                   // EIP-7825, with an aggregator's work
        Rule<PreVerificationGasStillCovers>(services),  // LIM-070
    ];

    /// <summary>What an estimate is asked before its search and after it; an EIP-7702 tuple is often not signed yet.</summary>
    public IReadOnlyList<IAdmissionRule> OfAnEstimate { get; } =
    [
        Rule<FieldsWellFormed>(services),
        Rule<SizeWithinLimit>(services),            // LIM-010
        Rule<GasLimitsWithinBounds>(services),      // LIM-060
        Rule<FitsTheBlock>(services),               // EIP-7825
    ];

    private static T Rule<T>(IServiceProvider services)
        where T : IAdmissionRule => ActivatorUtilities.CreateInstance<T>(services);
}
