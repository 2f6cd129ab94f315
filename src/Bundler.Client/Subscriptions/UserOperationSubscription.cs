using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Bundler.Client.Errors;
using Newtonsoft.Json.Linq;

namespace Bundler.Client.Subscriptions;

/// <summary>
/// bundler_subscribe: every step of the operations that fit, on a WebSocket of its own. Events are a convenience that ends with its socket; the truth is in
/// bundler_getUserOperationStatus.
/// </summary>
public sealed class UserOperationSubscription : IAsyncDisposable
{
    private const string Subscribe = "bundler_subscribe";
    private const string Unsubscribe = "bundler_unsubscribe";
    private static readonly TimeSpan _farewell = TimeSpan.FromSeconds(2);

    private readonly JsonSocket _socket;

    private UserOperationSubscription(JsonSocket socket, string id)
    {
        _socket = socket;
        Id = id;
    }

    /// <summary>The subscription's id.</summary>
    public string Id { get; }

    /// <summary>Subscribes; steps from the answer on are told.</summary>
    /// <param name="url">The bundler's address: ws, wss, or its http one, whose /ws is taken.</param>
    /// <param name="filter">Of which operations.</param>
    /// <param name="cancellationToken">Ends the connecting.</param>
    /// <exception cref="BundlerException">The bundler refused.</exception>
    /// <exception cref="WebSocketException">It is not there.</exception>
    public static async Task<UserOperationSubscription> StartAsync(Uri url, UserOperationFilter? filter = null, CancellationToken cancellationToken = default)
    {
        JsonSocket socket = await JsonSocket.ConnectAsync(url, cancellationToken).ConfigureAwait(false);
        try
        {
            JArray parameters = ["userOperations"];
            if (filter is not null)
            {
                parameters.Add(JObject.FromObject(filter));
            }

            await socket.SendAsync(Subscribe, parameters, cancellationToken).ConfigureAwait(false);
            JObject answer = await socket.ReceiveAsync(cancellationToken).ConfigureAwait(false) ?? throw new WebSocketException("the bundler closed the socket");
            string id = answer["error"] is { } error ? throw new BundlerException(Subscribe, error.ToObject<BundlerError>()!) : (string)answer["result"]!;
            return new UserOperationSubscription(socket, id);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The steps, in order, until the bundler ends it; one reader at a time.</summary>
    /// <param name="cancellationToken">Ends the reading, and the socket with it.</param>
    /// <exception cref="BundlerException">The bundler ended the subscription, as it does with who does not read.</exception>
    public async IAsyncEnumerable<UserOperationEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await _socket.ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            if (message["params"] is not JObject told || (string?)told["subscription"] != Id)
            {
                continue;
            }

            yield return told["error"] is { } error ? throw new BundlerException(Subscribe, error.ToObject<BundlerError>()!) : told["result"]!.ToObject<UserOperationEvent>()!;
        }
    }

    /// <summary>Says farewell, if the bundler still listens, and closes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource late = new(_farewell, TimeProvider.System);
        try
        {
            await _socket.SendAsync(Unsubscribe, [Id], late.Token).ConfigureAwait(false);
            await _socket.CloseAsync(late.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or InvalidOperationException)
        {
            // It listens no more: nothing is lost.
        }
        finally
        {
            _socket.Dispose();
        }
    }
}
