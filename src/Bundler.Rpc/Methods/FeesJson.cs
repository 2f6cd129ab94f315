using System.Text.Json;
using Bundler.Engine.Gas;

namespace Bundler.Rpc.Methods;

/// <summary>Suggested fees as pairs of quantities.</summary>
internal static class FeesJson
{
    public static void Write(Utf8JsonWriter writer, FeeLevel level)
    {
        writer.WriteStartObject();
        writer.WriteString("maxFeePerGas"u8, level.MaxFeePerGas.ToQuantity());
        writer.WriteString("maxPriorityFeePerGas"u8, level.MaxPriorityFeePerGas.ToQuantity());
        writer.WriteEndObject();
    }

    /// <summary>The members slow, standard and fast.</summary>
    public static void WriteLevels(Utf8JsonWriter writer, FeeSuggestion suggestion)
    {
        foreach ((string name, FeeLevel level) in new[] { ("slow", suggestion.Slow), ("standard", suggestion.Standard), ("fast", suggestion.Fast) })
        {
            writer.WritePropertyName(name);
            Write(writer, level);
        }
    }
}
