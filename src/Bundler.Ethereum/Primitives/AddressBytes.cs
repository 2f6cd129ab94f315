using System.Runtime.CompilerServices;

namespace Bundler.Ethereum.Primitives;

/// <summary>The 20 bytes of an <see cref="Address"/>, stored in place.</summary>
[InlineArray(Size)]
internal struct AddressBytes
{
    public const int Size = 20;
    private byte _first;
}
