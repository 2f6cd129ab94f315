using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>eth_sendRawTransaction: into the public mempool of the node.</summary>
internal sealed class PublicSender(EthClient eth) : IBundleSender
{
    public async Task<SendResult> SendAsync(Bytes raw, CancellationToken cancellationToken)
    {
        try
        {
            await eth.SendRawTransactionAsync(raw, cancellationToken);
            return SendResult.Accepted.Instance;
        }
        catch (JsonRpcException refusal)
        {
            return new SendResult.Refused(SendError.Classify(refusal.Error));
        }
        catch (TransportException silence)
        {
            return new SendResult.Unanswered(silence.Message);
        }
        catch (CodecException malformed)
        {
            return new SendResult.Unanswered(malformed.Message);
        }
    }
}
