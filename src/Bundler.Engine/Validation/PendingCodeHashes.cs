using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>EXTCODEHASH of many addresses by one eth_call that deploys nothing: its init code returns the hashes instead of a contract.</summary>
internal sealed class PendingCodeHashes
{
    /// <summary>Init code may not exceed 48 KiB (EIP-3860) nor its answer 24 KiB (EIP-170).</summary>
    private const int MaxAddressesPerCall = 500;

    // For each word behind the code: memory[32 + 32·i] = EXTCODEHASH(word). The first word of the answer, which begins with zeros, keeps it from
    // beginning with 0xef (EIP-3541).
    private static readonly Bytes _program =
        Bytes.Parse("0x602d5b803811156022576020816000396000513f602d8203602001526020016002565b602d38036020016000f3");

    private readonly IReadOnlyList<(Address[] Addresses, Pending<Bytes> Answer)> _calls;

    private PendingCodeHashes(IReadOnlyList<(Address[] Addresses, Pending<Bytes> Answer)> calls) => _calls = calls;

    public static PendingCodeHashes Ask(EthBatch batch, IReadOnlyCollection<Address> addresses) =>
        new([.. addresses.Chunk(MaxAddressesPerCall).Select(chunk => (chunk, batch.Call(new CallRequest { Data = Encode(chunk) }, BlockTag.Latest)))]);

    /// <summary>The hash of no bytes for an account without code, whether it exists or not.</summary>
    /// <exception cref="CodecException">The node ran the call to another end.</exception>
    public IReadOnlyDictionary<Address, Hash32> Read()
    {
        Dictionary<Address, Hash32> hashes = [];
        foreach ((Address[] addresses, Pending<Bytes> answer) in _calls)
        {
            Bytes words = answer.Value;
            if (words.Length != (addresses.Length + 1) * Hash32.Size)
            {
                throw new CodecException($"expected {addresses.Length} code hashes, got {words.Length} bytes");
            }

            for (int i = 0; i < addresses.Length; i++)
            {
                Hash32 hash = new(words.Span.Slice((i + 1) * Hash32.Size, Hash32.Size));
                hashes[addresses[i]] = hash.IsZero ? Keccak256.Empty : hash;
            }
        }

        return hashes;
    }

    private static Bytes Encode(IReadOnlyList<Address> addresses) =>
        Bytes.Concat([_program, .. addresses.Select(address => address.ToWord().ToBytes())]);
}
