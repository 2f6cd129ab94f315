using System.Buffers.Binary;
using Bundler.Contracts;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>
/// Many questions in one eth_call that deploys nothing: its init code is StateReader.yul with the questions behind it, and returns the answers in the
/// place of a contract. Needs nothing of the node but the EVM.
/// </summary>
internal sealed class StateCall
{
    /// <summary>Bytes of answers in one call: a node takes them for a contract, which may not have more than 24 KiB (EIP-170) and costs 200 gas a byte.</summary>
    public const int MaxAnswerSize = 24_000;

    /// <summary>Bytes of questions in one call: init code may not exceed 48 KiB (EIP-3860).</summary>
    public const int MaxQuestionSize = 48_000;

    private const int AnswerSizeAt = 4;
    private const int CallSizeAt = 8;
    private const int AddressAt = 12;

    private static readonly Bytes _program = ContractArtifact.StateReader.Bytecode;

    private StateCall(IReadOnlyList<StateQuestion> questions) => Questions = questions;

    /// <summary>In the order of their answers.</summary>
    public IReadOnlyList<StateQuestion> Questions { get; }

    /// <summary>All questions in their order, in as few calls as hold them.</summary>
    /// <param name="questions">None of them larger than a call.</param>
    /// <param name="first">Asked first in every call.</param>
    public static IEnumerable<StateCall> Of(IEnumerable<StateQuestion> questions, params StateQuestion[] first)
    {
        List<StateQuestion> next = [.. first];
        foreach (StateQuestion question in questions)
        {
            if (!HasRoom(next, question))
            {
                yield return new StateCall(next);
                next = [.. first];
            }

            next.Add(question);
        }

        if (next.Count > first.Length)
        {
            yield return new StateCall(next);
        }
    }

    public CallRequest Request => new() { Data = Encode() };

    /// <summary>The answer of each question.</summary>
    /// <exception cref="CodecException">The node ran the call to another end.</exception>
    public IEnumerable<(StateQuestion Question, Bytes Answer)> Decode(Bytes answers)
    {
        int expected = Hash32.Size + Questions.Sum(question => question.Answered);
        if (answers.Length != expected)
        {
            throw new CodecException($"expected {expected} bytes of answers to {Questions.Count} questions, got {answers.Length}");
        }

        int at = Hash32.Size;
        foreach (StateQuestion question in Questions)
        {
            yield return (question, answers.Slice(at, question.Answered));
            at += question.Answered;
        }
    }

    private static bool HasRoom(List<StateQuestion> asked, StateQuestion next) =>
        asked.Sum(question => question.Size) + next.Size <= MaxQuestionSize
        && asked.Sum(question => question.Answered) + next.Answered <= MaxAnswerSize;

    private Bytes Encode()
    {
        byte[] code = new byte[_program.Length + Questions.Sum(question => question.Size)];
        _program.Span.CopyTo(code);
        Span<byte> rest = code.AsSpan(_program.Length);
        foreach (StateQuestion question in Questions)
        {
            BinaryPrimitives.WriteInt32BigEndian(rest[AnswerSizeAt..], question.AnswerSize);
            BinaryPrimitives.WriteInt32BigEndian(rest[CallSizeAt..], question.CallData.Length);
            question.Address.Span.CopyTo(rest[AddressAt..]);
            question.CallData.Span.CopyTo(rest[Hash32.Size..]);
            rest = rest[question.Size..];
        }

        return Bytes.Own(code);
    }
}
