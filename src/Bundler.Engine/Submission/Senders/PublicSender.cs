using Bundler.Ethereum.Client;

namespace Bundler.Engine.Submission;

/// <summary>eth_sendRawTransaction: into the public mempool, through every URL that is for sends.</summary>
internal sealed class PublicSender(EthClient eth) : IBundleSender
{
    public Task<SendResult> SendAsync(OutgoingTransaction transaction, CancellationToken cancellationToken) =>
        NodeAnswer.ToAsync(() => eth.SendRawTransactionAsync(transaction.Raw, cancellationToken));
}
