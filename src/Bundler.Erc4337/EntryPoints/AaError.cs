using System.Buffers;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>The EntryPoint's "AA21 didn't pay prefund", taken apart; the first digit says whose fault it is.</summary>
/// <param name="Code">AA and two digits.</param>
/// <param name="Text">What follows the code.</param>
public sealed record AaError(string Code, string Text)
{
    private const string Prefix = "AA";
    private const int CodeLength = 4;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>Whose validation failed; <c>null</c> where the bundle, the bundler or the EntryPoint itself is meant (AA4x, AA51, AA9x).</summary>
    public EntityKind? Blamed => Code switch
    {
        ['A', 'A', '1', _] => EntityKind.Factory,
        ['A', 'A', '2', _] => EntityKind.Account,
        ['A', 'A', '3', _] => EntityKind.Paymaster,
        "AA50" => EntityKind.Paymaster, // v0.6: its postOp reverted twice and took the whole bundle with it
        _ => null,
    };

    /// <summary>The account's or the paymaster's signature: ERC-7769 -32507.</summary>
    public bool IsSignature => Code is "AA24" or "AA34";

    /// <summary>Outside the validity window, in seconds or (v0.9) blocks: ERC-7769 -32503.</summary>
    public bool IsTimeRange => Code is "AA22" or "AA27" or "AA32" or "AA37";

    /// <summary>An operation that was valid before says so once it, or another with its nonce, is in a block: its account exists, its nonce is used.</summary>
    public bool IsOvertaken => Code is "AA10" or "AA25";

    /// <summary><c>null</c> if the reason of a failure does not begin with an AA code.</summary>
    public static AaError? Parse(string reason)
    {
        bool hasCode = reason.Length >= CodeLength
            && reason.StartsWith(Prefix, StringComparison.Ordinal)
            && !reason.AsSpan(Prefix.Length, CodeLength - Prefix.Length).ContainsAnyExcept(Digits)
            && (reason.Length == CodeLength || reason[CodeLength] is ' ' or ':');
        return hasCode ? new AaError(reason[..CodeLength], reason[CodeLength..].TrimStart(' ', ':')) : null;
    }

    public override string ToString() => Text.Length == 0 ? Code : $"{Code} {Text}";
}
