using System.Globalization;
using System.Text.Json;
using Bundler.Engine.Validation.Tracing;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>
/// What a run did, in parts that can be compared: its frames (kind, callee, value; input; failed or not), the logs that stayed (address, topics; data), and
/// the state that it left. Not what it cost. Pure.
/// </summary>
internal sealed class Deed
{
    private readonly Dictionary<string, string> _parts = [];

    private Deed()
    {
    }

    /// <summary>The run itself came to its end.</summary>
    public required bool Succeeded { get; init; }

    /// <param name="trace">callTracer's, with logs.</param>
    /// <param name="difference">prestateTracer's, in diffMode.</param>
    /// <exception cref="CodecException">Not such a difference.</exception>
    public static Deed Of(CallTrace trace, JsonElement difference)
    {
        Deed deed = new() { Succeeded = !trace.Root.Failed };
        // The root's own input names the limit.
        deed.AddFrames(trace.Root, "frame");
        for (int i = 0; i < trace.Logs.Count; i++)
        {
            TracedLog log = trace.Logs[i];
            string place = string.Create(CultureInfo.InvariantCulture, $"log {i}");
            deed._parts[place] = $"{log.Address} {string.Join(' ', log.Topics)}";
            deed._parts[$"{place} data"] = Keccak256.Hash(log.Data.Span).ToString();
        }

        foreach ((string place, string value) in StateDiffJson.Changes(difference))
        {
            deed._parts[place] = value;
        }

        return deed;
    }

    /// <summary>To the letter.</summary>
    public bool Equals(Deed other) => _parts.Count == other._parts.Count && _parts.All(part => other.Has(part.Key, part.Value));

    /// <summary>
    /// What ample gas does. Whatever two runs with ample gas do not agree upon follows the gas that is left (a log of gasleft()): nobody can promise it.
    /// </summary>
    public bool IsAsAmple(Deed ample, Deed nearlyAmple) =>
        ample._parts.All(part => !nearlyAmple.Has(part.Key, part.Value) || Has(part.Key, part.Value))
        && _parts.Keys.All(place => ample._parts.ContainsKey(place) || nearlyAmple._parts.ContainsKey(place));

    private bool Has(string place, string value) => _parts.TryGetValue(place, out string? known) && known == value;

    private void AddFrames(CallFrame frame, string place)
    {
        for (int i = 0; i < frame.Calls.Count; i++)
        {
            CallFrame call = frame.Calls[i];
            string within = string.Create(CultureInfo.InvariantCulture, $"{place} {i}");
            _parts[within] = $"{call.Kind} {call.To} {call.Value} {call.Selector:x8} {call.Failed}";
            _parts[$"{within} input"] = call.Input.ToString();
            AddFrames(call, within);
        }
    }
}
