using Bundler.Engine.Chain;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Configuration;

namespace Bundler.Tests.Engine.Chain;

public sealed class ChainProfileFileTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("bundler-chains-").FullName;

    [TearDown]
    public void DropFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Every_chain_file_loads_and_each_chain_id_is_there_once()
    {
        IReadOnlyList<ChainProfileFile> files = ChainProfileFile.LoadAll(Repo.PathOf("config/chains"));

        ChainProfile[] profiles = [.. files.Select(Profile)];

        Assert.That(profiles.Select(profile => profile.ChainId), Is.EquivalentTo(new ulong[] { 1, 56, 97, 204, 1337, 31337, 11155111 }));
        Assert.That(profiles.All(profile => profile.EntryPoints.Count >= 4 && profile.MinStakeWei > 0));
        Assert.That(profiles.Where(profile => profile.Development).Select(profile => profile.ChainId), Is.EqualTo(new[] { 31337UL, 1337UL }));
    }

    [Test]
    public void Bsc_has_fast_blocks_and_a_transaction_limit()
    {
        ChainProfile bsc = Profile(ChainProfileFile.Load(Repo.PathOf("config/chains"), "bsc"));

        Assert.That(bsc.Name, Is.EqualTo("bsc"));
        Assert.That(bsc.ChainId, Is.EqualTo(56));
        Assert.That(bsc.BlockTimeSeconds, Is.EqualTo(0.45));
        Assert.That(bsc.TransactionGasLimit, Is.EqualTo(1 << 24));
        Assert.That(bsc.MinPriorityFeeWei, Is.EqualTo((UInt256)50_000_000));
        Assert.That(bsc.Development, Is.False);
    }

    [Test]
    public void The_dev_chain_knows_what_stands_on_it()
    {
        ChainProfile dev = Profile(ChainProfileFile.Load(Repo.PathOf("config/chains"), "dev"));

        Assert.That(dev.EntryPoints, Is.SupersetOf(new KnownEntryPoint[]
        {
            new(Deployments.EntryPointV06, EntryPointVersion.V06),
            new(Deployments.EntryPointV07, EntryPointVersion.V07),
            new(Deployments.EntryPointV08, EntryPointVersion.V08),
            new(Deployments.EntryPointV09, EntryPointVersion.V09),
        }));
    }

    [Test]
    public void A_file_takes_over_what_the_extended_one_says()
    {
        Write("below", """{ "chainId": 1, "blockTimeSeconds": 12, "minStakeWei": "5", "entryPoints": { "0x0000000071727De22E5E9d8BAf0edAc6f37da032": "0.7" } }""");
        Write("above", """{ "extends": "below", "chainId": 2, "blockTimeSeconds": 3 }""");

        ChainProfile profile = Profile(ChainProfileFile.Load(_folder, "above"));

        Assert.That(profile.Name, Is.EqualTo("above"));
        Assert.That(profile.ChainId, Is.EqualTo(2));
        Assert.That(profile.BlockTimeSeconds, Is.EqualTo(3));
        Assert.That(profile.MinStakeWei, Is.EqualTo((UInt256)5));
        Assert.That(profile.EntryPoints, Is.EqualTo(new[] { new KnownEntryPoint(Deployments.EntryPointV07, EntryPointVersion.V07) }));
    }

    [Test]
    public void A_path_can_take_the_place_of_a_name()
    {
        Write("mine", """{ "chainId": 7 }""");

        Assert.That(ChainProfileFile.Load("/nowhere", Path.Combine(_folder, "mine.json")).ChainId, Is.EqualTo(7));
    }

    [TestCase("""{ "chainId": 1, "blockTime": 3 }""", "has an unknown key blockTime")]
    [TestCase("""{ "blockTimeSeconds": 3 }""", "has no chainId")]
    [TestCase("""{ "chainId": 1, "minStakeWei": {} }""", "minStakeWei must be a text, a number or a truth value")]
    [TestCase("""{ "chainId": 1, "entryPoints": [] }""", "entryPoints must be an object")]
    [TestCase("""{ "chainId": 1 """, "is not JSON")]
    [TestCase("[]", "is not a JSON object")]
    [TestCase("""{ "extends": "missing" }""", "missing.json cannot be read")]
    [TestCase("""{ "extends": "middle" }""", "one level is allowed")]
    public void A_faulty_file_is_refused_with_its_fault(string content, string fault)
    {
        Write("middle", """{ "extends": "bottom", "chainId": 1 }""");
        Write("faulty", content);

        Assert.That(() => ChainProfileFile.Load(_folder, "faulty"), Throws.TypeOf<ChainFileException>().With.Message.Contains(fault));
    }

    [Test]
    public void A_version_that_does_not_exist_is_refused()
    {
        Write("odd", """{ "chainId": 1, "entryPoints": { "0x0000000071727De22E5E9d8BAf0edAc6f37da032": "0.5" } }""");

        Assert.That(() => Profile(ChainProfileFile.Load(_folder, "odd")), Throws.TypeOf<CodecException>().With.Message.Contains("version 0.5"));
    }

    private static ChainProfile Profile(ChainProfileFile file) =>
        new ConfigurationBuilder().AddInMemoryCollection(file.Settings).Build().GetSection(ChainOptions.Section).Get<ChainOptions>()!.ToProfile();

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder, name + ".json"), content);
}
