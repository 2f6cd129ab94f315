using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>One question of a <see cref="StateCall"/>: about an account, or what a static call returns.</summary>
/// <param name="Address">The account, or the contract to call.</param>
/// <param name="CallData">Empty: about the account.</param>
/// <param name="AnswerSize">Bytes that the call returns, exactly; zero: about the account.</param>
internal readonly record struct StateQuestion(Address Address, Bytes CallData, int AnswerSize)
{
    /// <summary>EXTCODEHASH, BALANCE and the start of the code.</summary>
    public const int AccountSize = 3 * Hash32.Size;

    public bool IsOfAccount => AnswerSize == 0;

    /// <summary>Bytes that the question takes.</summary>
    public int Size => Hash32.Size + CallData.Length;

    /// <summary>Bytes that its answer takes.</summary>
    public int Answered => IsOfAccount ? AccountSize : AnswerSize;

    public static StateQuestion OfAccount(Address address) => new(address, Bytes.Empty, 0);
}
