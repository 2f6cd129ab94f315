using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Tests.Ethereum.Transactions;

public sealed class TransactionTests
{
    [TestCaseSource(typeof(Vectors), nameof(Vectors.All))]
    public void Signs_to_the_bytes_of_an_independent_implementation(Transaction transaction, Bytes raw, Hash32 hash)
    {
        using PrivateKey key = PrivateKey.Parse(Vectors.Secret);

        SignedTransaction signed = transaction.Sign(key.Sign(transaction.SigningHash()));

        Assert.That(signed.Raw, Is.EqualTo(raw));
        Assert.That(signed.Hash, Is.EqualTo(hash));
        Assert.That(signed.RecoverSender(), Is.EqualTo(key.Address));
    }

    [TestCaseSource(typeof(Vectors), nameof(Vectors.All))]
    public void Decodes_the_bytes_of_an_independent_implementation(Transaction transaction, Bytes raw, Hash32 hash)
    {
        SignedTransaction signed = Transaction.Decode(raw);

        Assert.That(signed.Transaction, Is.EqualTo(transaction));
        Assert.That(signed.Transaction.GetHashCode(), Is.EqualTo(transaction.GetHashCode()));
        Assert.That((signed.Raw, signed.Hash), Is.EqualTo((raw, hash)));
        Assert.That(signed.RecoverSender().ToString(), Is.EqualTo("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"));
    }

    [Test]
    public void Decode_is_the_inverse_of_sign()
    {
        Random random = new(61);
        for (int i = 0; i < 400; i++)
        {
            using PrivateKey key = new(random.NextBytes(32));
            Transaction transaction = Next(random);
            SignedTransaction signed = transaction.Sign(key.Sign(transaction.SigningHash()));

            SignedTransaction decoded = Transaction.Decode(signed.Raw);

            Assert.That(decoded, Is.EqualTo(signed));
            Assert.That(decoded.RecoverSender(), Is.EqualTo(key.Address));
        }
    }

    [Test]
    public void Noise_is_refused_with_a_CodecException()
    {
        Random random = new(62);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] noise = random.NextBytes(random.Next(200));
            if (noise.Length > 1 && random.Next(2) == 0)
            {
                noise[0] = (byte)random.Next(6);
                noise[1] = (byte)(0xc0 + random.Next(64));
            }

            Assert.That(() => Transaction.Decode(noise), Throws.TypeOf<CodecException>());
        }
    }

    [Test]
    public void A_damaged_transaction_is_refused_or_is_another_transaction()
    {
        Random random = new(63);
        Bytes[] originals = [.. Vectors.All.Select(vector => (Bytes)vector.Arguments[1]!)];
        for (int i = 0; i < 6_000; i++)
        {
            byte[] raw = Damage(random, originals[i % originals.Length].ToArray());
            if (TryDecode(raw) is { } decoded)
            {
                Assert.That(decoded.Transaction.Sign(decoded.Signature).Raw, Is.EqualTo(Bytes.Own(raw)), "one transaction has one encoding");
            }
        }
    }

    [TestCase("0x", "at least one byte")]
    [TestCase("0x00c0", "type 0x00 is not known")]
    [TestCase("0x03c0", "type 0x03 is not known")]
    [TestCase("0x7fc0", "type 0x7f is not known")]
    [TestCase("0x02", "expected another item")]
    [TestCase("0x0280", "expected a list")]
    [TestCase("0x02c0", "expected another item")]
    [TestCase("0x02c000", "too many")]
    public void Says_what_is_wrong(string raw, string reason) =>
        Assert.That(() => Transaction.Decode(Bytes.Parse(raw)), Throws.TypeOf<CodecException>().With.Message.Contains(reason));

    [Test]
    public void EIP_2_a_high_s_is_refused()
    {
        using PrivateKey key = PrivateKey.Parse(Vectors.Secret);
        Signature low = key.Sign(Vectors.FeeMarket.SigningHash());
        Signature high = new(low.R, Hash32.From(Secp256k1.Order - low.S.ToUInt256()), (byte)(low.YParity ^ 1));
        SignedTransaction signed = Vectors.FeeMarket.Sign(high);

        Assert.That(signed.RecoverSender(), Is.Null);
        Assert.That(() => Transaction.Decode(signed.Raw), Throws.TypeOf<CodecException>().With.Message.EqualTo("the signature of the transaction is invalid"));
    }

    [Test]
    public void A_parity_above_one_is_refused()
    {
        SignedTransaction signed = Vectors.FeeMarket.Sign(new Signature(Hash32.From(1), Hash32.From(1), 2));

        Assert.That(() => Transaction.Decode(signed.Raw), Throws.TypeOf<CodecException>().With.Message.EqualTo("yParity: must be 0 or 1, got 2"));
    }

    [Test]
    public async Task A_signer_signs_the_digest()
    {
        using FixedSigner signer = new();

        SignedTransaction signed = await Vectors.FeeMarket.SignAsync(signer, CancellationToken.None);

        Assert.That(signed.RecoverSender(), Is.EqualTo(signer.Address));
    }

    [Test]
    public void Equality_looks_into_the_lists()
    {
        FeeMarketTransaction transaction = Vectors.FeeMarket;

        Assert.That(transaction with { AccessList = [.. transaction.AccessList] }, Is.EqualTo(transaction));
        Assert.That(transaction with { AccessList = [] }, Is.Not.EqualTo(transaction));
        Assert.That(transaction with { Nonce = 0 }, Is.Not.EqualTo(transaction));
        Assert.That(Vectors.SetCode with { AuthorizationList = [Vectors.SetCode.AuthorizationList[0]] }, Is.Not.EqualTo(Vectors.SetCode));
        Assert.That(Vectors.WithAccessList with { GasPrice = 0 }, Is.Not.EqualTo(Vectors.WithAccessList));
        Assert.That(new AccessListEntry(Address.Zero, [Hash32.Zero]), Is.Not.EqualTo(new AccessListEntry(Address.Zero, [])));
    }

    private static SignedTransaction? TryDecode(byte[] raw)
    {
        try
        {
            return Transaction.Decode(raw);
        }
        catch (CodecException)
        {
            return null;
        }
    }

    private static byte[] Damage(Random random, byte[] raw)
    {
        switch (random.Next(4))
        {
            case 0:
                raw[random.Next(raw.Length)] ^= (byte)(1 << random.Next(8));
                return raw;
            case 1:
                raw[random.Next(raw.Length)] = (byte)random.Next(256);
                return raw;
            case 2:
                return raw[..random.Next(raw.Length)];
            default:
                return [.. raw, .. random.NextBytes(random.Next(1, 4))];
        }
    }

    private static Transaction Next(Random random)
    {
        UInt256 chainId = random.NextUInt64() >> 1;
        ulong nonce = random.NextUInt64();
        UInt256 gasLimit = random.NextUInt64();
        Address? to = random.Next(4) == 0 ? null : random.NextAddress();
        UInt256 value = random.NextUInt256();
        UInt256 fee = random.NextUInt256();
        UInt256 tip = random.NextUInt256();
        Bytes data = Bytes.Own(random.NextBytes(random.Next(300)));
        AccessListEntry[] accessList =
        [
            .. Enumerable.Range(0, random.Next(4)).Select(_ =>
                new AccessListEntry(random.NextAddress(), [.. Enumerable.Range(0, random.Next(3)).Select(_ => random.NextHash())])),
        ];
        Authorization[] authorizations =
        [
            .. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new Authorization(
                random.NextUInt256(), random.NextAddress(), random.NextUInt64(), (byte)random.Next(256), random.NextUInt256(), random.NextUInt256())),
        ];
        return random.Next(4) switch
        {
            0 => new LegacyTransaction { ChainId = chainId, Nonce = nonce, GasPrice = fee, GasLimit = gasLimit, To = to, Value = value, Data = data },
            1 => new AccessListTransaction
            {
                ChainId = chainId, Nonce = nonce, GasPrice = fee, GasLimit = gasLimit, To = to, Value = value, Data = data, AccessList = accessList,
            },
            2 => new FeeMarketTransaction
            {
                ChainId = chainId, Nonce = nonce, MaxFeePerGas = fee, MaxPriorityFeePerGas = tip, GasLimit = gasLimit, To = to, Value = value, Data = data,
                AccessList = accessList,
            },
            _ => new SetCodeTransaction
            {
                ChainId = chainId, Nonce = nonce, MaxFeePerGas = fee, MaxPriorityFeePerGas = tip, GasLimit = gasLimit, To = to ?? Address.Zero, Value = value,
                Data = data, AccessList = accessList, AuthorizationList = authorizations,
            },
        };
    }

    /// <summary>A signer that holds the key of the vectors.</summary>
    private sealed class FixedSigner : ISigner, IDisposable
    {
        private readonly PrivateKey _key = PrivateKey.Parse(Vectors.Secret);

        public Address Address => _key.Address;

        public ValueTask<Signature> SignAsync(Hash32 digest, CancellationToken cancellationToken) => ValueTask.FromResult(_key.Sign(digest));

        public void Dispose() => _key.Dispose();
    }
}
