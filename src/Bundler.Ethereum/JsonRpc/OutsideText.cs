using System.Globalization;
using System.Text;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>Text that others have written, made harmless for terminals and logs: control and format characters become visible, and its length has a bound.</summary>
public static class OutsideText
{
    /// <summary>Characters that are kept.</summary>
    public const int MaxLength = 4_096;

    /// <summary>The same text when nothing in it can do harm.</summary>
    public static string Clean(string text)
    {
        bool isShort = text.Length <= MaxLength;
        if (isShort && !text.Any(IsHarmful))
        {
            return text;
        }

        StringBuilder clean = new(Math.Min(text.Length, MaxLength) + 1);
        foreach (char character in isShort ? text : text[..MaxLength])
        {
            if (IsHarmful(character))
            {
                clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                clean.Append(character);
            }
        }

        return isShort ? clean.ToString() : clean.Append('…').ToString();
    }

    // Escapes of terminals (C0, C1), and the marks that turn the direction of text.
    private static bool IsHarmful(char character) =>
        char.IsControl(character)
        || CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
