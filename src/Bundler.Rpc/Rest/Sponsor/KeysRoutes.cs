using System.Globalization;
using System.Text.Json;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bundler.Rpc.Rest.Sponsor;

/// <summary>
/// The API keys, for operators only. GET /keys lists them; POST /keys?name=… makes one and answers its secret, this once; POST /keys/{id}/revoke ends one at once.
/// </summary>
internal sealed class KeysRoutes(IApiKeyStore keys, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOperatorGet("/keys", ListAsync);
        endpoints.MapOperatorPost("/keys", CreateAsync, "name", "scopes", "days", "origins", "networks", "perMinute", "budgets");
        endpoints.MapOperatorPost("/keys/{id}/revoke", RevokeAsync);
    }

    private async Task ListAsync(HttpContext http)
    {
        IReadOnlyList<ApiKey> all = await keys.ListAsync(http.RequestAborted);
        await OperatorRoute.SendJsonAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys"u8);
            foreach (ApiKey key in all)
            {
                Write(writer, key, null);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private async Task CreateAsync(HttpContext http)
    {
        (ApiKey key, ApiKeySecret secret) = Make(http.Request);
        await keys.AddAsync(key, http.RequestAborted);
        await OperatorRoute.SendJsonAsync(http, StatusCodes.Status201Created, writer => Write(writer, key, secret));
    }

    private async Task RevokeAsync(HttpContext http)
    {
        string id = (string)http.Request.RouteValues["id"]!;
        if (await keys.RevokeAsync(id, clock.GetUtcNow(), http.RequestAborted))
        {
            await OperatorRoute.SendJsonAsync(http, StatusCodes.Status200OK, writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("revoked"u8, id);
                writer.WriteEndObject();
            });
        }
        else
        {
            await OperatorRoute.SendErrorAsync(http, StatusCodes.Status404NotFound, "no key has this id");
        }
    }

    private (ApiKey Key, ApiKeySecret Secret) Make(HttpRequest request)
    {
        try
        {
            return new ApiKeyWish
            {
                Name = OperatorRoute.Text(request, "name") ?? "",
                Scopes = OperatorRoute.Text(request, "scopes") is { } scopes ? ApiKeyText.Items(scopes) : ["sponsor"],
                Days = Number(request, "days"),
                Origins = ApiKeyText.Items(OperatorRoute.Text(request, "origins") ?? ""),
                Networks = ApiKeyText.Items(OperatorRoute.Text(request, "networks") ?? ""),
                PerMinute = Number(request, "perMinute"),
                Budgets = ApiKeyText.Items(OperatorRoute.Text(request, "budgets") ?? ""),
            }.Make(clock.GetUtcNow());
        }
        catch (CodecException malformed)
        {
            throw new QueryException("key", malformed.Message);
        }
    }

    private static int? Number(HttpRequest request, string name) =>
        OperatorRoute.Text(request, name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : throw new QueryException(name, "a number");

    private static void Write(Utf8JsonWriter writer, ApiKey key, ApiKeySecret? secret)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, key.Id);
        if (secret is not null)
        {
            writer.WriteString("key"u8, secret.Reveal());
        }

        writer.WriteString("name"u8, key.Name);
        WriteItems(writer, "scopes", ApiKeyScopeWords.Of(key.Scopes));
        writer.WriteString("createdAt"u8, key.CreatedAt);
        WriteTime(writer, "expiresAt", key.ExpiresAt);
        WriteTime(writer, "revokedAt", key.RevokedAt);
        WriteItems(writer, "origins", key.Origins);
        WriteItems(writer, "networks", key.Networks.Select(network => network.ToString()));
        if (key.PerMinute is { } most)
        {
            writer.WriteNumber("perMinute"u8, most);
        }

        WriteItems(writer, "budgets", ApiKeyText.Items(ApiKeyText.Of(key.Budgets)));
        writer.WriteEndObject();
    }

    private static void WriteItems(Utf8JsonWriter writer, string name, IEnumerable<string> items)
    {
        writer.WriteStartArray(name);
        foreach (string item in items)
        {
            writer.WriteStringValue(item);
        }

        writer.WriteEndArray();
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } at)
        {
            writer.WriteString(name, at);
        }
    }
}
