using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Choosing;

/// <summary>
/// Operations of a bundle that no node took, with nobody named: they go on in two companies, neither with the other nor with strangers, and so on by
/// halves until whoever is refused stands alone. Not thread-safe: <see cref="SuspectList"/> owns it.
/// </summary>
internal sealed class Companies
{
    /// <summary>Operations leave the pool in many ways; beyond this many all companies are dissolved.</summary>
    private const int Capacity = 4096;

    private readonly Dictionary<Hash32, int> _companyOf = [];
    private int _last;

    /// <summary>The first half is the larger one; one alone is in no company.</summary>
    public void Split(IReadOnlyList<Hash32> refused)
    {
        if (_companyOf.Count + refused.Count > Capacity)
        {
            _companyOf.Clear();
        }

        int half = (refused.Count + 1) / 2;
        _last += 2;
        for (int i = 0; i < refused.Count; i++)
        {
            _companyOf[refused[i]] = i < half ? _last : _last + 1;
        }
    }

    /// <summary>It went, or is out.</summary>
    public void Leave(Hash32 userOpHash) => _companyOf.Remove(userOpHash);

    /// <summary>A draft is of one company, or of none.</summary>
    public bool MayJoin(BundleDraft draft, MempoolEntry next) =>
        _companyOf.Count == 0 || draft.Entries.Count == 0 || Of(draft.Entries[0].UserOpHash) == Of(next.UserOpHash);

    private int Of(Hash32 userOpHash) => _companyOf.GetValueOrDefault(userOpHash);
}
