using System.Text;
using Bundler.Engine.Submission;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Submission.Senders;

/// <summary>What each relay is sent, to the byte.</summary>
public sealed class RelayDialectTests
{
    private static readonly Bytes Raw = Bytes.Parse("0x02f8");

    [TestCase("48club", false, """eth_sendPrivateTransaction ["0x02f8"]""")]
    [TestCase("48club", true, """eth_sendBundle [{"txs":["0x02f8"],"maxBlockNumber":120}]""")]
    [TestCase("blockrazor", false, """eth_sendPrivateTransaction ["0x02f8"]""")]
    [TestCase("blockrazor", true, """eth_sendBundle [{"txs":["0x02f8"],"maxBlockNumber":120}]""")]
    [TestCase("bloxroute", false, """bsc_private_tx {"transaction":"02f8","mev_builders":["48club","nodereal"]}""")]
    [TestCase("bloxroute", true, """blxr_submit_bundle {"txs":["02f8"],"blockchain_network":"BSC-Mainnet","max_block_number":120,"mev_builders":{"48club":"","nodereal":""}}""")]
    [TestCase("flashbots", false, """eth_sendPrivateTransaction [{"tx":"0x02f8","maxBlockNumber":"0x78"}]""")]
    public void Speaks_its_dialect(string kind, bool asBundle, string expected)
    {
        IReadOnlyList<JsonRpcRequest> requests = Dialect(kind, asBundle).Requests(Raw, 100, 120);

        Assert.That(requests.Select(Text), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public void A_flashbots_bundle_is_for_each_of_the_next_blocks() => Assert.That(
        Dialect("flashbots", asBundle: true).Requests(Raw, 100, 103).Select(Text),
        Is.EqualTo(new[]
        {
            """eth_sendBundle [{"txs":["0x02f8"],"blockNumber":"0x65"}]""",
            """eth_sendBundle [{"txs":["0x02f8"],"blockNumber":"0x66"}]""",
            """eth_sendBundle [{"txs":["0x02f8"],"blockNumber":"0x67"}]""",
        }));

    private static RelayDialect Dialect(string kind, bool asBundle) =>
        SenderCatalog.Dialects[kind](new RelayOptions { AsBundle = asBundle, Builders = "48club, nodereal" });

    private static string Text(JsonRpcRequest request) => $"{request.Method} {Encoding.UTF8.GetString(request.Params.Span)}";
}
