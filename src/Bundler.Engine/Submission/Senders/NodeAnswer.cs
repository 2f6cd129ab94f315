using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>What a node or relay answers to a transaction, as a <see cref="SendResult"/>.</summary>
internal static class NodeAnswer
{
    public static async Task<SendResult> ToAsync(Func<Task> send)
    {
        try
        {
            await send();
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
