using System.Globalization;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Abi;

/// <summary>The words and signs of a type or signature, spaces skipped.</summary>
internal ref struct AbiTypeScanner
{
    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private int _depth;

    public AbiTypeScanner(ReadOnlySpan<char> text)
    {
        _text = text;
        SkipSpaces();
    }

    public readonly bool AtWord => _at < _text.Length && IsWord(_text[_at]);

    public readonly bool At(char sign) => _at < _text.Length && _text[_at] == sign;

    public bool Take(char sign)
    {
        if (!At(sign))
        {
            return false;
        }

        _at++;
        SkipSpaces();
        return true;
    }

    public void Expect(char sign)
    {
        if (!Take(sign))
        {
            throw Fault($"expected '{sign}'");
        }
    }

    /// <summary>Takes the opening parenthesis; the nesting is bounded, so text cannot exhaust the stack.</summary>
    public void Enter()
    {
        Expect('(');
        if (++_depth > AbiType.MaxDepth)
        {
            throw Fault($"nested deeper than {AbiType.MaxDepth} levels");
        }
    }

    public void Leave() => _depth--;

    public string Word()
    {
        int start = _at;
        while (AtWord)
        {
            _at++;
        }

        string word = _at > start && !char.IsAsciiDigit(_text[start]) ? _text[start.._at].ToString() : throw Fault("expected a name");
        SkipSpaces();
        return word;
    }

    public int Number()
    {
        int start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        ReadOnlySpan<char> digits = _text[start.._at];
        int number = !digits.StartsWith("0") && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw Fault("expected a length");
        SkipSpaces();
        return number;
    }

    public readonly void End()
    {
        if (_at < _text.Length)
        {
            throw Fault("expected the end");
        }
    }

    public readonly CodecException Fault(string reason) => new($"{reason} at character {_at} of '{(_text.Length > 200 ? _text[..200] : _text)}'");

    private void SkipSpaces()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$';
}
