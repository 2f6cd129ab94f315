using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>All but slots of <see cref="StateQuestions"/>, in a batch.</summary>
internal sealed class PendingAnswers
{
    private readonly (StateCall Call, Pending<Bytes> Answer)[] _calls;
    private readonly (Address Account, Pending<ulong> Count)[] _counts;

    private PendingAnswers(EthBatch batch, StateQuestions questions)
    {
        _calls = [.. StateCall.Of(questions.Direct).Select(call => (call, batch.Call(call.Request, BlockTag.Latest)))];
        _counts = [.. questions.TransactionCounts.Select(account => (account, batch.GetTransactionCount(account, BlockTag.Latest)))];
    }

    /// <summary>Whether the node answered an error to anything.</summary>
    public bool Failed => _calls.Any(each => each.Answer.Failed) || _counts.Any(each => each.Count.Failed);

    public static PendingAnswers Ask(EthBatch batch, StateQuestions questions) => new(batch, questions);

    /// <exception cref="Ethereum.JsonRpc.JsonRpcException">The node answered an error.</exception>
    /// <exception cref="CodecException">The node ran a call to another end.</exception>
    public void ReadInto(StateAnswers answers)
    {
        foreach ((StateQuestion question, Bytes answer) in _calls.SelectMany(each => each.Call.Decode(each.Answer.Value)))
        {
            answers.Add(question, answer);
        }

        foreach ((Address account, Pending<ulong> count) in _counts)
        {
            answers.Add(account, count.Value);
        }
    }
}
