using System.Runtime.CompilerServices;

namespace Bundler.Ethereum.Primitives;

/// <summary>The 32 bytes of a <see cref="Hash32"/>, stored in place.</summary>
[InlineArray(Size)]
internal struct Hash32Bytes
{
    public const int Size = 32;
    private byte _first;
}
