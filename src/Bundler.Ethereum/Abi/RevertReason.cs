using System.Collections;
using System.Globalization;
using System.Text;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Abi;

/// <summary>Why a call reverted: Error(string), Panic(uint256), a custom error that is known, or just the data.</summary>
public sealed class RevertReason
{
    private const int ShownBytes = 256;

    private RevertReason(Bytes data, AbiError? error, IReadOnlyList<object> values, string text)
    {
        Data = data;
        Error = error;
        Values = values;
        Text = text;
    }

    /// <summary>The revert data as the node gave it.</summary>
    public Bytes Data { get; }

    /// <summary>The error the data encodes; null if it is none of the known ones.</summary>
    public AbiError? Error { get; }

    /// <summary>The parameters of <see cref="Error"/>.</summary>
    public IReadOnlyList<object> Values { get; }

    /// <summary>For people: the message of Error(string) as it is, else a description.</summary>
    public string Text { get; }

    /// <summary>Never throws: data that is nothing known is its own description.</summary>
    public static RevertReason Decode(Bytes data, IReadOnlyList<AbiError>? known = null)
    {
        if (AbiError.Message.TryDecode(data, out object[] values))
        {
            return new RevertReason(data, AbiError.Message, values, (string)values[0]);
        }

        if (AbiError.Panic.TryDecode(data, out values))
        {
            return new RevertReason(data, AbiError.Panic, values, PanicText((UInt256)values[0]));
        }

        foreach (AbiError error in known ?? [])
        {
            if (error.TryDecode(data, out values))
            {
                return new RevertReason(data, error, values, Append(new StringBuilder(error.Name), values, "(", ")").ToString());
            }
        }

        return new RevertReason(data, null, [], data.IsEmpty ? "reverted without data" : Shown(data));
    }

    public override string ToString() => Text;

    // The codes of Solidity's documentation, "Panic via assert and Error via require".
    private static string PanicText(UInt256 code)
    {
        string meaning = !code.FitsUInt64 ? "unknown code" : (ulong)code switch
        {
            0x00 => "generic panic of the compiler",
            0x01 => "assertion failed",
            0x11 => "arithmetic overflow or underflow",
            0x12 => "division by zero",
            0x21 => "value out of the range of an enum",
            0x22 => "incorrectly encoded storage byte array",
            0x31 => "pop on an empty array",
            0x32 => "array index out of bounds",
            0x41 => "too much memory allocated",
            0x51 => "call of an uninitialised internal function",
            _ => "unknown code",
        };
        return $"Panic({code.ToQuantity()}): {meaning}";
    }

    private static StringBuilder Append(StringBuilder text, IEnumerable values, string open, string close)
    {
        text.Append(open);
        string separator = "";
        foreach (object value in values)
        {
            text.Append(separator);
            separator = ", ";
            _ = value switch
            {
                string message => text.Append('"').Append(message).Append('"'),
                Bytes bytes => text.Append(Shown(bytes)),
                bool truth => text.Append(truth ? "true" : "false"),
                object[] list => Append(text, list, "[", "]"),
                _ => text.Append(CultureInfo.InvariantCulture, $"{value}"),
            };
        }

        return text.Append(close);
    }

    private static string Shown(Bytes data) =>
        data.Length <= ShownBytes ? data.ToString() : $"{data.Slice(0, ShownBytes)}… ({data.Length} bytes)";
}
