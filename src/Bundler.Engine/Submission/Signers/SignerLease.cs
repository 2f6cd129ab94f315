using Bundler.Engine.Fleet;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;

namespace Bundler.Engine.Submission.Signers;

/// <summary>The right to use a signer's next nonce, for one bundle. Whoever does not use it gives it back by disposing it.</summary>
public sealed class SignerLease : IDisposable
{
    private readonly SignerPool _pool;
    private bool _isOver;

    internal SignerLease(SignerPool pool, ITransactionSigner signer, ulong nonce, Fence fence)
    {
        _pool = pool;
        Signer = signer;
        Nonce = nonce;
        Fence = fence;
    }

    public Address Address => Signer.Address;

    public ulong Nonce { get; }

    /// <summary>The number under which this node had the key when it was leased.</summary>
    public Fence Fence { get; }

    /// <summary>It was given back, or its nonce is settled.</summary>
    public bool IsOver => Volatile.Read(ref _isOver);

    internal ITransactionSigner Signer { get; }

    /// <summary>Nothing was signed: the signer is free again with the same nonce.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isOver, true))
        {
            _pool.GiveBack(this);
        }
    }

    /// <param name="nonceIsUsed">A receipt proves it; otherwise the chain is asked before the next lease.</param>
    /// <param name="rest">How long the signer is not leased again.</param>
    internal void End(bool nonceIsUsed, TimeSpan rest)
    {
        if (!Interlocked.Exchange(ref _isOver, true))
        {
            _pool.End(this, nonceIsUsed, rest);
        }
    }
}
