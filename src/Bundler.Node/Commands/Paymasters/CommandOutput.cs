using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Setup;

namespace Bundler.Node.Commands;

/// <summary>Writes what a command found.</summary>
internal static class CommandOutput
{
    private static readonly JsonWriterOptions _readable = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(JsonNode json)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, _readable))
        {
            json.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    public static void WriteLines(this TextWriter output, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            output.WriteLine(line);
        }
    }

    /// <summary>The batch for a Safe, where one is asked for and there is something to send.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteSafe(string file, ulong chainId, Address safe, string name, IReadOnlyList<PlannedTransaction> transactions)
    {
        if (file.Length > 0 && transactions.Count > 0)
        {
            File.WriteAllText(file, Text(SafeBatch.Of(chainId, safe, name, transactions, TimeProvider.System.GetUtcNow())) + "\n");
        }
    }
}
