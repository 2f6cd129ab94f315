using Bundler.ChainTests.Spec.Cases;

namespace Bundler.ChainTests.Spec;

/// <summary>Every case of the spec tests, by groups of rules.</summary>
internal static class SpecCatalog
{
    public static IReadOnlyList<SpecCase> All { get; } =
    [
        .. OpcodeCases.All(),
        .. CreationCases.All(),
        .. CodeAccessCases.All(),
        .. EntryPointCases.All(),
        .. CallCases.All(),
        .. StorageCases.All(),
        .. StakedStorageCases.All(),
        .. TransientStorageCases.All(),
        .. ContextCases.All(),
        .. AggregatorCases.All(),
        .. DelegationCases.All(),
        .. LimitCases.All(),
    ];
}
