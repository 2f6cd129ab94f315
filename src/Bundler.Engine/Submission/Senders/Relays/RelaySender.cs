using Bundler.Engine.Chain;
using Bundler.Ethereum.JsonRpc;

namespace Bundler.Engine.Submission;

/// <summary>To a private relay, in its dialect: the public mempool never sees the transaction.</summary>
internal sealed class RelaySender(RelayDialect dialect, IJsonRpcTransport transport, HeadFeed heads, int blocks) : IBundleSender
{
    public async Task<SendResult> SendAsync(OutgoingTransaction transaction, CancellationToken cancellationToken)
    {
        ulong head = heads.Latest?.Number ?? 0;
        SendResult[] results = await Task.WhenAll(dialect.Requests(transaction.Raw, head, head + (ulong)blocks).Select(
            request => NodeAnswer.ToAsync(() => transport.SendAsync(request, cancellationToken))));
        return results.OfType<SendResult.Accepted>().FirstOrDefault()
            ?? results.OfType<SendResult.Unanswered>().FirstOrDefault()
            ?? results[0];
    }

    public bool IsPublic(Guid bundleId) => false;
}
