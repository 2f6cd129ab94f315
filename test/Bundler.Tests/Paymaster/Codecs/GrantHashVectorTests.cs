using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;

namespace Bundler.Tests.Paymaster.Codecs;

/// <summary>What contracts that are not ours answered to getHash for one operation, and what is signed then.</summary>
public sealed class GrantHashVectorTests
{
    private static readonly UserOperation _operation = new()
    {
        Sender = Address.Parse("0x1111111111111111111111111111111111111111"),
        Nonce = 5,
        Factory = Address.Parse("0xabababababababababababababababababababab"),
        FactoryData = Bytes.From(Enumerable.Repeat((byte)0xcd, 37).ToArray()),
        CallData = Bytes.Concat(Bytes.Parse("0xb61d27f6"), Bytes.From(new byte[31]), Bytes.Parse("0x07")),
        CallGasLimit = 60_000,
        VerificationGasLimit = 100_000,
        PreVerificationGas = 50_000,
        MaxFeePerGas = 100,
        MaxPriorityFeePerGas = 99,
    };

    [TestCase("verifying", EntryPointVersion.V06, "0xca6bed1c94a8a8855c7ed462c07f8e2e123c8088", "0x13744664ed2d75046b928c12423a3173bba635acd4fcab7c0a6473e2b9e17221", "0xfc9a4e736cb12e0431df22369c7d37003a816b0d7e6486c1a76cac22c56c3a8e")]
    [TestCase("verifying", EntryPointVersion.V07, "0xca6bed1c94a8a8855c7ed462c07f8e2e123c8088", "0x83b1b94f0f8f8ca79232cc7d53fdf5a7b29124a73ccc64989a022762c90c7c2c", "0xffb96c208d81113c85ce1a0f9c1891440eb484f41191949995e0f058b6468317")]
    [TestCase("verifying", EntryPointVersion.V08, "0x0482d62c2d8750cdc5297183524974666faccc6d", "0x48f4438fd4bfe2319c493ffc8984314f69118e23991db848d7eee523d1f56a71", "0x02e27a1edccac8345d231c410938e5c4eab92ea5cc0adcc6103c77b96fc952c5")]
    [TestCase("pimlico", EntryPointVersion.V06, "0x47713ed2c40155e74461b5b33d1eca096ce5f683", "0x22fbe4c137dc4e7863222beef12ed3965ecf3131523e52ed30e180dce0185a45", "0x6483d61bbf05f0aa2af020b95590e6ee6c56dc118538be707e745804a50b4852")]
    [TestCase("pimlico", EntryPointVersion.V07, "0x47713ed2c40155e74461b5b33d1eca096ce5f683", "0x7d423e78fa5e2c5f731fba7b0ef6a453ea72a6c2a2836f57b5ff6cb6651b33f3", "0x537187c61dc72b9de522944c90faa3454a5777ed89528907ad234a454c329f59")]
    public void The_hash_is_the_contracts_own(string kind, EntryPointVersion version, string paymaster, string hash, string digest)
    {
        IGrantCodec codec = GrantCodecCatalog.Find(kind, version)!;
        GrantSite site = new(EntryPointCatalog.Canonical.Single(each => each.Version == version), Address.Parse(paymaster), 1);
        UserOperation operation = version == EntryPointVersion.V06 ? _operation : _operation with { PaymasterVerificationGasLimit = 60_000 };

        Hash32 computed = codec.HashOf(operation, site, new GrantTerms(1_700_000_600, 1_699_999_000, default), default);

        Assert.That(computed, Is.EqualTo(Hash32.Parse(hash)));
        Assert.That(codec.DigestOf(computed), Is.EqualTo(Hash32.Parse(digest)));
    }

    [Test]
    public void The_count_of_a_sender_is_part_of_what_the_reference_of_v0_6_hashes()
    {
        IGrantCodec codec = GrantCodecCatalog.Find("verifying", EntryPointVersion.V06)!;
        GrantSite site = new(EntryPointCatalog.Canonical[0], Address.Parse("0xca6bed1c94a8a8855c7ed462c07f8e2e123c8088"), 1);
        GrantTerms terms = new(2, 1, default);

        Assert.That(codec.HashOf(_operation, site, terms, new SenderFacts(default, 1)), Is.Not.EqualTo(codec.HashOf(_operation, site, terms, default)));
    }
}
