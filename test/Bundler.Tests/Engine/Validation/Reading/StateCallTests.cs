using Bundler.Contracts;
using Bundler.Engine.Validation;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation;

public sealed class StateCallTests
{
    private static readonly StateQuestion _account = StateQuestion.OfAccount(A.Account);
    private static readonly StateQuestion _call = new(A.Contract, Bytes.Parse("0xc0ffee"), AnswerSize: 64);

    [Test]
    public void Questions_stand_behind_the_program()
    {
        Bytes data = StateCall.Of([_account, _call]).Single().Request.Data;

        Assert.That(
            data,
            Is.EqualTo(Bytes.Concat(
                ContractArtifact.StateReader.Bytecode,
                Bytes.Parse("0x00000000" + "00000000" + "00000000" + "1111111111111111111111111111111111111111"),
                Bytes.Parse("0x00000000" + "00000040" + "00000003" + "5555555555555555555555555555555555555555" + "c0ffee"))));
    }

    [Test]
    public void Answers_come_in_the_order_of_the_questions_behind_a_word_of_zeros()
    {
        Bytes account = Words(1, 2, 3);
        Bytes returned = Words(4, 5);

        IEnumerable<(StateQuestion, Bytes)> answers = StateCall.Of([_account, _call]).Single().Decode(Bytes.Concat(Words(0), account, returned));

        Assert.That(answers, Is.EqualTo(new[] { (_account, account), (_call, returned) }));
    }

    [TestCase(0)]
    [TestCase(5)]
    [TestCase(7)]
    public void Another_number_of_words_is_no_answer(int words)
    {
        StateCall call = StateCall.Of([_account, _call]).Single();

        Assert.That(() => call.Decode(Bytes.Own(new byte[words * Hash32.Size])).ToArray(), Throws.TypeOf<CodecException>());
    }

    [Test]
    public void Nothing_to_ask_is_no_call() => Assert.That(StateCall.Of([], _account), Is.Empty);

    [Test]
    public void A_call_ends_where_a_node_would_not_take_more_answers_for_a_contract_EIP_170()
    {
        StateQuestion[] questions = [.. Enumerable.Range(0, 600).Select(index => StateQuestion.OfAccount(A.AddressOf(index)))];

        StateCall[] calls = [.. StateCall.Of(questions)];

        Assert.That(calls.Select(call => call.Questions.Count), Is.EqualTo(new[] { 250, 250, 100 }));
        Assert.That(calls.SelectMany(call => call.Questions), Is.EqualTo(questions));
    }

    [Test]
    public void A_call_ends_where_a_node_would_not_take_more_init_code_EIP_3860()
    {
        StateQuestion[] questions = [.. Enumerable.Range(0, 100).Select(index => new StateQuestion(A.AddressOf(index), Bytes.Own(new byte[1_000]), 32))];

        StateCall[] calls = [.. StateCall.Of(questions, _account)];

        Assert.That(calls.Select(call => call.Request.Data.Length), Is.All.LessThanOrEqualTo(49_152));
        Assert.That(calls.Select(call => call.Questions[0]), Is.All.EqualTo(_account));
        Assert.That(calls.SelectMany(call => call.Questions.Skip(1)), Is.EqualTo(questions));
    }

    private static Bytes Words(params int[] words) => Bytes.Concat([.. words.Select(word => Hash32.From(word).ToBytes())]);
}
