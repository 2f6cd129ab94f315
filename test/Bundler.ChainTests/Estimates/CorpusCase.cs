using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.ChainTests.Estimates;

/// <summary>One kind of operation of the corpus.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Version">The EntryPoint it is for.</param>
/// <param name="Prepare">Puts on the chain what the operation needs, and makes it.</param>
internal sealed record CorpusCase(string Name, EntryPointVersion Version, Func<Corpus, Task<CorpusOperation>> Prepare)
{
    public override string ToString() => $"{Version} {Name}";
}

/// <summary>An operation without limits and with a dummy signature, and how to sign it.</summary>
internal sealed record CorpusOperation(EntryPoint EntryPoint, UserOperation Operation, Func<UserOperation, UserOperation> Sign);
