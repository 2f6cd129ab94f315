using System.Text;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>X-Flashbots-Signature: the address, and its EIP-191 signature of the hex text of the body's Keccak-256.</summary>
internal static class FlashbotsSignature
{
    public const string Header = "X-Flashbots-Signature";

    public static Func<ReadOnlyMemory<byte>, KeyValuePair<string, string>> By(PrivateKey key) =>
        body => new KeyValuePair<string, string>(Header, Of(body.Span, key));

    public static string Of(ReadOnlySpan<byte> body, PrivateKey key)
    {
        string text = Keccak256.Hash(body).ToString();
        Hash32 digest = Keccak256.Hash(Encoding.UTF8.GetBytes($"\u0019Ethereum Signed Message:\n{text.Length}{text}"));
        return $"{key.Address}:{key.Sign(digest).ToBytes()}";
    }
}
