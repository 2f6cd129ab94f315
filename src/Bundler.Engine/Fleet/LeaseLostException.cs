namespace Bundler.Engine.Fleet;

/// <summary>Another node has the duty, or may have it: nothing was written. What this node remembers of the duty is not to be used any more.</summary>
public sealed class LeaseLostException(Fence fence)
    : Exception($"The duty {fence.Name} is not held under number {fence.Number} any more")
{
    public Fence Fence { get; } = fence;
}
