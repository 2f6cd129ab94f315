namespace Bundler.Engine;

/// <summary>Whether the node is on its way out: then it takes no operation and builds no bundle; what has begun comes to its end.</summary>
public sealed class Drain
{
    private volatile bool _hasBegun;

    public bool HasBegun => _hasBegun;

    /// <exception cref="NodeStoppingException">It has begun.</exception>
    public void ThrowIfBegun()
    {
        if (_hasBegun)
        {
            throw new NodeStoppingException();
        }
    }

    internal void Begin() => _hasBegun = true;
}
