using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>A stand-in for dummy signatures that accounts refuse to read: ECDSA libraries revert at a high s, a strange v or a wrong length.</summary>
internal static class DummySignature
{
    // A real signature of a key that nobody uses: recovers to somebody for nearly every digest.
    private static readonly Bytes Ecdsa = Bytes.Parse(
        "0xfffffffffffffffffffffffffffffff0000000000000000000000000000000007aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1c");

    /// <summary>The signature with its last 65 bytes readable; what stands before them (a module, a mode) stays.</summary>
    public static Bytes Readable(Bytes signature) =>
        signature.Length <= Ecdsa.Length ? Ecdsa : Bytes.Concat(signature.Slice(0, signature.Length - Ecdsa.Length), Ecdsa);

    /// <summary>Nothing, or one byte over and over: no signature, whatever an account makes of it.</summary>
    public static bool IsPlaceholder(Bytes signature) => signature.IsEmpty || !signature.Span.ContainsAnyExcept(signature.Span[0]);

    /// <summary>As dear in call data as any signature of its length can be; at least an ECDSA one.</summary>
    public static Bytes Dearest(Bytes signature)
    {
        byte[] bytes = new byte[Math.Max(signature.Length, Ecdsa.Length)];
        Array.Fill(bytes, byte.MaxValue);
        return Bytes.Own(bytes);
    }

    /// <summary>How many ECDSA signatures of 65 bytes stand one after the other at its end, told by their v; 1 where there is nothing to tell.</summary>
    public static int Count(Bytes signature)
    {
        int count = 0;
        for (int v = signature.Length - 1; v >= Ecdsa.Length - 1 && IsEcdsaV(signature.Span[v]); v -= Ecdsa.Length)
        {
            count++;
        }

        return Math.Max(count, 1);
    }

    /// <summary>ecrecover's own, or 4 more for eth_sign in accounts of several signers.</summary>
    private static bool IsEcdsaV(byte v) => v is 27 or 28 or 31 or 32;
}
