using System.Text;
using Bundler.Engine.Validation.Tracing;

namespace Bundler.Tests.Engine.Validation.Tracing;

/// <summary>A trace as text, every field and in a fixed order, so that two can be compared.</summary>
internal static class TraceText
{
    public static string Of(ValidationTrace trace)
    {
        StringBuilder text = new();
        Append(text, trace.Root, "");
        text.AppendLine($"reached {trace.ReachedExecution}");
        foreach (string preimage in trace.KeccakPreimages.Select(preimage => preimage.ToString()).Order(StringComparer.Ordinal))
        {
            text.AppendLine($"hashed {preimage}");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, CallFrame frame, string indent)
    {
        text.AppendLine(
            $"{indent}{frame.Kind} {frame.From} {frame.To} {frame.Value} {frame.Gas} {frame.GasUsed} {frame.Input} {frame.Output} {frame.Failed} {frame.OutOfGas}");
        text.AppendLine($"{indent} opcodes {Join(frame.Opcodes)} reads {Join(frame.Reads)} writes {Join(frame.Writes)}");
        text.AppendLine($"{indent} transient {Join(frame.TransientReads)} {Join(frame.TransientWrites)} sizes {Join(frame.ContractSizes)}");
        text.AppendLine($"{indent} looks {string.Join(',', frame.ExtCodeAccess.Order())}");
        foreach (CallFrame call in frame.Calls)
        {
            Append(text, call, indent + "  ");
        }
    }

    private static string Join<TKey, TValue>(IReadOnlyDictionary<TKey, TValue> table) =>
        string.Join(',', table.Select(entry => $"{entry.Key}={entry.Value}").Order(StringComparer.Ordinal));
}
