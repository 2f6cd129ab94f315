using Bundler.Ethereum.Client;

namespace Bundler.Engine.Submission;

/// <summary>
/// eth_sendRawTransactionConditional (ERC-7796): the node compares the storage that the validations read with its head, and takes the
/// transaction only if nothing has changed. Without conditions it is an ordinary transaction.
/// </summary>
internal sealed class ConditionalSender(EthClient eth) : IBundleSender
{
    public Task<SendResult> SendAsync(OutgoingTransaction transaction, CancellationToken cancellationToken) =>
        NodeAnswer.ToAsync(() => transaction.Conditions is { } conditions
            ? eth.SendRawTransactionConditionalAsync(transaction.Raw, conditions, cancellationToken)
            : eth.SendRawTransactionAsync(transaction.Raw, cancellationToken));
}
