using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>
/// 48 Club's puissant-builder and BlockRazor's: eth_sendPrivateTransaction with the bytes alone, or eth_sendBundle with the last block as a
/// number. A bundle that would revert is dropped.
/// </summary>
internal sealed class BuilderDialect(bool asBundle) : RelayDialect
{
    public override IReadOnlyList<JsonRpcRequest> Requests(Bytes raw, ulong head, ulong lastBlock) => asBundle
        ?
        [
            WithObject("eth_sendBundle", writer =>
            {
                WriteTransactions(writer, raw);
                writer.WriteNumber("maxBlockNumber", lastBlock);
            }),
        ]
        : [WithRaw("eth_sendPrivateTransaction", raw)];
}
