using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>
/// The checksum of Safe's Transaction Builder over a batch: keccak-256 of a text of its own, in which an object is the list of its sorted keys and then its values, the batch's name is null, and the
/// checksum itself is not there. It shows the signers that a file was changed on its way; it is no signature.
/// </summary>
public static class SafeChecksum
{
    /// <summary>Of a batch, with or without its own checksum.</summary>
    public static Hash32 Of(JsonObject batch)
    {
        JsonObject copy = batch.DeepClone().AsObject();
        JsonObject meta = copy["meta"]!.AsObject();
        meta.Remove("checksum");
        meta["name"] = null;
        StringBuilder text = new();
        Write(text, copy);
        return Keccak256.Hash(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static void Write(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonArray array:
                text.Append('[');
                for (int i = 0; i < array.Count; i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    Write(text, array[i]);
                }

                text.Append(']');
                break;
            case JsonObject members:
                string[] keys = [.. members.Select(member => member.Key).Order(StringComparer.Ordinal)];
                text.Append("{[").AppendJoin(',', keys.Select(Quoted)).Append(']');
                foreach (string key in keys)
                {
                    Write(text, members[key]);
                    text.Append(',');
                }

                text.Append('}');
                break;
            default:
                text.Append(node.GetValueKind() == JsonValueKind.String ? Quoted(node.GetValue<string>()) : node.ToJsonString());
                break;
        }
    }

    /// <summary>As JSON.stringify writes it: quotes, backslashes and control characters are escaped, all else stands as it is.</summary>
    private static string Quoted(string value)
    {
        StringBuilder text = new("\"");
        foreach (char character in value)
        {
            text.Append(character switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => character.ToString(),
            });
        }

        return text.Append('"').ToString();
    }
}
