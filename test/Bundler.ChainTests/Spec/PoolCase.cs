using Bundler.Erc4337.EntryPoints;

namespace Bundler.ChainTests.Spec;

/// <summary>What a rule of the mempool does on a running node, in a word.</summary>
/// <param name="Rule">The id of the rule that the case is about.</param>
/// <param name="Title">What happens, as the rest of a test's name.</param>
/// <param name="Expected">What has to come out.</param>
/// <param name="Play">Plays it, and tells what came out.</param>
internal sealed record PoolCase(string Rule, string Title, string Expected, Func<PoolStage, Task<string>> Play)
{
    /// <summary>The EntryPoint from which on there is such an operation.</summary>
    public EntryPointVersion Since { get; init; } = EntryPointVersion.V06;

    public string Name => $"{Rule.Replace('-', '_')}_{Title.Replace(' ', '_')}";

    /// <summary>The difference between what was expected and what came; <c>null</c> when there is none.</summary>
    public async Task<string?> DifferenceAsync(PoolNode node, SpecStage spec)
    {
        await node.ForgetAsync();
        string got = await Play(new PoolStage(node, spec));
        return got == Expected ? null : $"expected {Expected}, got {got}";
    }

    public override string ToString() => Name;
}
