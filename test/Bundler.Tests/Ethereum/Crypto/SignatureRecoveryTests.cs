using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Crypto;

public sealed class SignatureRecoveryTests
{
    private static readonly Hash32 Order = Hash32.From(Secp256k1.Order);

    [Test]
    public void Recovers_whoever_signed()
    {
        Random random = new(41);
        for (int i = 0; i < 500; i++)
        {
            using PrivateKey key = new(random.NextBytes(32));
            Hash32 digest = random.NextHash();
            Signature signature = key.Sign(digest);

            Assert.That(signature.IsLowS, Is.True);
            Assert.That(SignatureRecovery.Recover(digest, signature), Is.EqualTo(key.Address));
            Assert.That(SignatureRecovery.Recover(digest, Signature.Parse(signature.ToBytes())), Is.EqualTo(key.Address));
            Assert.That(SignatureRecovery.Recover(random.NextHash(), signature), Is.Not.EqualTo(key.Address));
        }
    }

    [Test]
    public void The_high_twin_recovers_to_the_same_address()
    {
        using PrivateKey key = PrivateKey.Generate();
        Hash32 digest = Keccak256.Empty;
        Signature low = key.Sign(digest);
        Signature high = new(low.R, Hash32.From(Secp256k1.Order - low.S.ToUInt256()), (byte)(low.YParity ^ 1));

        Assert.That(SignatureRecovery.Recover(digest, high), Is.EqualTo(key.Address));
        Assert.That(high.Normalize(), Is.EqualTo(low));
    }

    [Test]
    public void Nobody_signed_with_numbers_out_of_range()
    {
        Hash32 one = Hash32.From(1);
        Signature[] impossible =
        [
            new(Hash32.Zero, one, 0),
            new(one, Hash32.Zero, 0),
            new(Order, one, 0),
            new(one, Order, 1),
            new(one, one, 2),
            new(one, one, 27),
            new(Hash32.From(UInt256.MaxValue), Hash32.From(UInt256.MaxValue), 1),
            new(Hash32.From(5), one, 0), // no point of the curve has x = 5
        ];

        Assert.That(impossible.Select(signature => SignatureRecovery.Recover(Keccak256.Empty, signature)), Is.All.Null);
    }

    [Test]
    public void Noise_recovers_to_someone_or_nobody()
    {
        Random random = new(42);
        int recovered = 0;
        for (int i = 0; i < 2_000; i++)
        {
            Signature signature = new(random.NextHash(), random.NextHash(), (byte)random.Next(2));
            recovered += SignatureRecovery.Recover(random.NextHash(), signature) is null ? 0 : 1;
        }

        Assert.That(recovered, Is.InRange(800, 1_200)); // half of all x have a point
    }
}
