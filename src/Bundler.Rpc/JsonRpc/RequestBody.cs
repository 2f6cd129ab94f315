using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Bundler.Rpc.JsonRpc;

/// <summary>A body as JSON that is safe to walk, or the -32700 that says why not.</summary>
/// <param name="Json">Owns its memory: it stays readable however long a method runs.</param>
/// <param name="RepeatsKeys">Some object in it names a key twice; each request has to look for itself.</param>
/// <param name="Fault">Null when the body was read.</param>
internal readonly record struct RequestBody(JsonElement Json, bool RepeatsKeys, RpcError? Fault)
{
    public static RequestBody Read(ReadOnlySpan<byte> body, int maxDepth)
    {
        // RFC 8259 section 8.1: a parser may ignore the mark.
        body = body.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body;
        if (!Utf8.IsValid(body))
        {
            return Refuse("the body is not UTF-8");
        }

        if (JsonGuard.HasLoneSurrogate(body))
        {
            return Refuse("the body has half of a surrogate pair");
        }

        if (TryParse(body, maxDepth, allowDuplicates: false, out JsonElement json))
        {
            return new RequestBody(json, RepeatsKeys: false, null);
        }

        return TryParse(body, maxDepth, allowDuplicates: true, out json)
            ? new RequestBody(json, RepeatsKeys: true, null)
            : Refuse($"the body is not JSON, or is nested deeper than {maxDepth} levels");
    }

    private static RequestBody Refuse(string why) => new(default, RepeatsKeys: false, new RpcError(RpcErrorCode.ParseError, why));

    private static bool TryParse(ReadOnlySpan<byte> body, int maxDepth, bool allowDuplicates, out JsonElement json)
    {
        try
        {
            json = JsonElement.Parse(body, new JsonDocumentOptions
            {
                MaxDepth = maxDepth,
                CommentHandling = JsonCommentHandling.Disallow,
                AllowTrailingCommas = false,
                AllowDuplicateProperties = allowDuplicates,
            });
            return true;
        }
        catch (JsonException)
        {
            json = default;
            return false;
        }
    }
}
