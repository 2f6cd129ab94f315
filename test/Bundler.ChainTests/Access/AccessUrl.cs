using Bundler.Testing;

namespace Bundler.ChainTests.Access;

/// <summary>One way to the chain: what its HTTP and its WebSocket do is up to the test.</summary>
internal sealed record AccessUrl(FaultyProxy Http, SocketTunnel Socket) : IAsyncDisposable
{
    public static async Task<AccessUrl> StartAsync(AnvilProcess anvil) => new(await FaultyProxy.StartAsync(anvil.Url), SocketTunnel.To(anvil.Url));

    public void Heal()
    {
        Http.Heal();
        Socket.Heal();
    }

    public async ValueTask DisposeAsync()
    {
        await Http.DisposeAsync();
        await Socket.DisposeAsync();
    }
}
