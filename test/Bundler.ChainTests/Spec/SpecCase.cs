using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.ChainTests.Spec;

/// <summary>One operation that breaks exactly one rule, or just not, and the answer it must get.</summary>
/// <param name="Rule">The id of the rule that the case is about.</param>
/// <param name="Title">What happens, as the rest of a test's name.</param>
/// <param name="Expected">The refusal, or <c>null</c>: accepted.</param>
/// <param name="Ask">Makes the operation and has it judged.</param>
internal sealed record SpecCase(string Rule, string Title, Refusal? Expected, Func<SpecStage, RuleSet, Task<Rejection?>> Ask)
{
    /// <summary>The EntryPoint from which on there is such an operation.</summary>
    public EntryPointVersion Since { get; init; } = EntryPointVersion.V06;

    public string Name => $"{Rule.Replace('-', '_')}_{Title.Replace(' ', '_').Replace('-', '_')}";

    public static SpecCase Accepted(string rule, string title, Func<SpecStage, UserOperation> operation) =>
        new(rule, title, null, (stage, rules) => stage.ValidateAsync(operation(stage), rules));

    /// <summary>-32502 with the rule's id.</summary>
    public static SpecCase Refused(string rule, string title, EntityKind entity, string message, Func<SpecStage, UserOperation> operation) =>
        new(rule, title, new Refusal(-32502, message, rule, entity), (stage, rules) => stage.ValidateAsync(operation(stage), rules));

    /// <summary>-32505: stake would cure it, and there is one, but too little.</summary>
    public static SpecCase StakeTooLow(string rule, string title, EntityKind entity, string message, Func<SpecStage, UserOperation> operation) =>
        new(rule, title, new Refusal(-32505, message, null, entity), (stage, rules) => stage.ValidateAsync(operation(stage), rules));

    /// <summary>The difference between what was expected and what came; <c>null</c> when there is none.</summary>
    public async Task<string?> DifferenceAsync(SpecStage stage, RuleSet rules)
    {
        Refusal? got = Refusal.Of(await Ask(stage, rules));
        bool asExpected = (Expected, got) switch
        {
            (null, null) => true,
            ({ } expected, { } refusal) => refusal.Matches(expected),
            _ => false,
        };
        return asExpected ? null : $"expected {Expected?.ToString() ?? "acceptance"}, got {got?.ToString() ?? "acceptance"}";
    }

    public override string ToString() => Name;
}

/// <summary>A refusal as a client sees it: code, message (its beginning, where it is expected), rule and entity.</summary>
internal sealed record Refusal(int Code, string Message, string? Rule, EntityKind? Entity)
{
    public static Refusal? Of(Rejection? rejection) => rejection switch
    {
        null => null,
        Rejection.RuleViolated { Violation: var violation } => new Refusal(rejection.Code, rejection.Message, violation.Rule, violation.Entity.Kind),
        Rejection.StakeTooLow low => new Refusal(low.Code, low.Message, null, low.Entity.Kind),
        Rejection.SignatureInvalid signature => new Refusal(signature.Code, signature.Message, null, signature.Entity.Kind),
        _ => new Refusal(rejection.Code, rejection.Message, null, null),
    };

    public bool Matches(Refusal expected) =>
        Code == expected.Code && Rule == expected.Rule && Entity == expected.Entity && Message.StartsWith(expected.Message, StringComparison.Ordinal);
}
