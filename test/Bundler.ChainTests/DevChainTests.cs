using System.Text;
using System.Text.Json;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests;

public sealed class DevChainTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private static readonly TestCaseData<Address, string>[] _eip712EntryPoints =
    [
        new(Deployments.EntryPointV08, "v0.8"),
        new(Deployments.EntryPointV09, "v0.9"),
    ];

    [Test]
    public async Task Every_entry_point_and_factory_stands_at_its_address()
    {
        await using AnvilProcess anvil = await AnvilProcess.StartAsync(new AnvilOptions { ChainId = 56 });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await CodeAsync(anvil, Deployments.EntryPointV06), Is.EqualTo((23_689, "0xc93c806e738300b5")));
            Assert.That(await CodeAsync(anvil, Deployments.EntryPointV07), Is.EqualTo((16_035, "0x8db5ff695839d655")));
            Assert.That(await CodeAsync(anvil, Deployments.EntryPointV08), Is.EqualTo((21_738, "0x9db0e60a88795050")));
            Assert.That(await CodeAsync(anvil, Deployments.EntryPointV09), Is.EqualTo((22_182, "0x2f87030751290ec2")));
            Assert.That((await CodeAsync(anvil, Deployments.SimpleAccountFactoryV06)).Length, Is.EqualTo(3_238));
            Assert.That((await CodeAsync(anvil, Deployments.SimpleAccountFactoryV07)).Length, Is.EqualTo(2_288));
            Assert.That((await CodeAsync(anvil, Deployments.SimpleAccountFactoryV08)).Length, Is.EqualTo(2_173));
            Assert.That((await CodeAsync(anvil, Deployments.SimpleAccountFactoryV09)).Length, Is.EqualTo(2_132));
            Assert.That((await CodeAsync(anvil, Deployments.DeterministicDeployer)).Length, Is.EqualTo(69));
        }
    }

    [Test]
    public async Task A_fresh_chain_is_at_block_zero_with_untouched_dev_accounts()
    {
        await using AnvilProcess anvil = await AnvilProcess.StartAsync();

        Assert.That(await QuantityAsync(anvil, "eth_chainId"), Is.EqualTo(1337));
        Assert.That(await QuantityAsync(anvil, "eth_blockNumber"), Is.Zero);
        foreach (DevAccount account in DevAccounts.All)
        {
            using PrivateKey key = PrivateKey.Parse(account.PrivateKey);
            JsonElement balance = await anvil.RpcAsync("eth_getBalance", account.Address.ToString(), "latest");
            Assert.That(key.Address, Is.EqualTo(account.Address));
            Assert.That(balance.GetString(), Is.EqualTo("0xd3c21bcecceda1000000"));
            Assert.That(await QuantityAsync(anvil, "eth_getTransactionCount", account.Address.ToString(), "latest"), Is.Zero);
        }
    }

    [TestCaseSource(nameof(_eip712EntryPoints))]
    public async Task The_EIP_712_domain_is_that_of_the_chain(Address entryPoint, string version)
    {
        await using AnvilProcess anvil = await AnvilProcess.StartAsync(new AnvilOptions { ChainId = 97 });
        Bytes domain = Bytes.Concat(
            HashOf("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
            HashOf("ERC4337"),
            HashOf("1"),
            Hash32.From(97UL).ToBytes(),
            entryPoint.ToWord().ToBytes());

        JsonElement separator = await anvil.RpcAsync("eth_call", new { to = entryPoint.ToString(), data = Selector("getDomainSeparatorV4()") }, "latest");

        Assert.That(separator.GetString(), Is.EqualTo(Keccak256.Hash(domain).ToString()), version);
    }

    [Test]
    public async Task Two_chains_live_side_by_side_and_leave_nothing()
    {
        AnvilProcess first = await AnvilProcess.StartAsync();
        AnvilProcess second = await AnvilProcess.StartAsync();
        Assert.That(first.Url, Is.Not.EqualTo(second.Url));
        await first.RpcAsync("anvil_mine", "0x3");
        Assert.That(await QuantityAsync(first, "eth_blockNumber"), Is.EqualTo(3));
        Assert.That(await QuantityAsync(second, "eth_blockNumber"), Is.Zero);

        string[] traces = [first.Folder, second.Folder, $"/proc/{first.ProcessId}", $"/proc/{second.ProcessId}"];
        Assert.That(traces, Has.All.Matches<string>(Directory.Exists));

        await first.DisposeAsync();
        await second.DisposeAsync();

        Assert.That(traces, Has.None.Matches<string>(Directory.Exists));
    }

    [Test]
    public async Task Blocks_come_by_the_clock_and_a_paused_chain_does_not_answer()
    {
        await using AnvilProcess anvil = await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.2 });
        await Eventually.Async(async () => await QuantityAsync(anvil, "eth_blockNumber") >= 2, _deadline, "two blocks are made");

        await anvil.PauseAsync();
        Task<ulong> asked = QuantityAsync(anvil, "eth_blockNumber");
        Assert.That(asked.IsCompleted, Is.False);
        await anvil.ResumeAsync();

        Assert.That(await asked, Is.GreaterThanOrEqualTo(2));
    }

    [Test]
    public void A_chain_that_cannot_start_says_why() =>
        Assert.That(
            () => AnvilProcess.StartAsync(new AnvilOptions { ExtraArguments = ["--no-such-option"] }),
            Throws.InvalidOperationException.With.Message.Contains("--no-such-option"));

    private static Bytes HashOf(string text) => Keccak256.Hash(Encoding.ASCII.GetBytes(text)).ToBytes();

    private static string Selector(string signature) => HashOf(signature).Slice(0, 4).ToString();

    private static async Task<(int Length, string HashPrefix)> CodeAsync(AnvilProcess anvil, Address address)
    {
        Bytes code = Bytes.Parse((await anvil.RpcAsync("eth_getCode", address.ToString(), "latest")).GetString());
        return (code.Length, Keccak256.Hash(code).ToString()[..18]);
    }

    private static async Task<ulong> QuantityAsync(AnvilProcess anvil, string method, params object?[] parameters) =>
        Hex.DecodeQuantity((await anvil.RpcAsync(method, parameters)).GetString());
}
