using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>Flashbots and those who speak like it: numbers are quantities, and a bundle is good for exactly one block.</summary>
internal sealed class FlashbotsDialect(bool asBundle) : RelayDialect
{
    private const ulong MostBlocks = 5;

    public override IReadOnlyList<JsonRpcRequest> Requests(Bytes raw, ulong head, ulong lastBlock) => asBundle
        ? [.. Enumerable.Range(1, (int)Math.Min(MostBlocks, lastBlock - head)).Select(ahead => Bundle(raw, head + (ulong)ahead))]
        :
        [
            WithObject("eth_sendPrivateTransaction", writer =>
            {
                writer.WriteBytes("tx", raw);
                writer.WriteQuantity("maxBlockNumber", lastBlock);
            }),
        ];

    private static JsonRpcRequest Bundle(Bytes raw, ulong block) => WithObject("eth_sendBundle", writer =>
    {
        WriteTransactions(writer, raw);
        writer.WriteQuantity("blockNumber", block);
    });
}
