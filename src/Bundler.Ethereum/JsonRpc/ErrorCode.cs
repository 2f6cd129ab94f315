using System.Globalization;
using System.Text.Json;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>The code of an error object in the forms that gateways give it: a number, one with a fraction of nothing, an unsigned one, or text.</summary>
internal static class ErrorCode
{
    /// <summary><see cref="JsonRpcError.InternalError"/> where there is none or a name for one; <c>null</c> for a number that is beyond all codes.</summary>
    public static int? Read(JsonElement error)
    {
        if (!error.TryGetProperty("code"u8, out JsonElement code))
        {
            return JsonRpcError.InternalError;
        }

        return code.ValueKind switch
        {
            JsonValueKind.Number => Of(code.GetDouble()),
            JsonValueKind.String when double.TryParse(code.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => Of(number),
            _ => JsonRpcError.InternalError,
        };
    }

    // Of an unsigned number the bits are meant: 4294934528 is -32768.
    private static int? Of(double number) => number switch
    {
        >= int.MinValue and <= int.MaxValue => (int)number,
        > int.MaxValue and <= uint.MaxValue => unchecked((int)(uint)number),
        >= long.MinValue and < long.MaxValue => JsonRpcError.InternalError,
        _ => null,
    };
}
