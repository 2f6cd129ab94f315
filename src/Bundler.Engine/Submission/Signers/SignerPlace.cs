using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission.Signers;

/// <summary>
/// A place among a signer's bundles in flight, for one that is being built. It has no nonce yet: whoever is built first goes first. Whoever does not
/// use it gives it back by disposing it.
/// </summary>
public sealed class SignerPlace : IDisposable
{
    private readonly SignerPool _pool;
    private bool _isOver;

    internal SignerPlace(SignerPool pool, Address address)
    {
        _pool = pool;
        Address = address;
    }

    public Address Address { get; }

    /// <summary>The signer's next nonce for the bundle that is built now; <c>null</c> when the signer can send nothing any more. The place is used in any case.</summary>
    public SignerLease? TryLease() => Interlocked.Exchange(ref _isOver, true) ? null : _pool.Use(this);

    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isOver, true))
        {
            _pool.GiveBack(this);
        }
    }
}
