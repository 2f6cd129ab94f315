using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>abi.encode of static values into a buffer of the caller: the preimages of a userOpHash.</summary>
internal ref struct WordWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;
    private int _at;

    public void Add(Hash32 word) => word.Span.CopyTo(Next());

    public void Add(UInt256 number) => number.WriteBigEndian(Next());

    public void Add(Address address) => Add(address.ToWord());

    private Span<byte> Next()
    {
        Span<byte> word = _buffer.Slice(_at, Hash32.Size);
        _at += Hash32.Size;
        return word;
    }
}
