using System.Net;
using System.Net.Sockets;
using Bundler.Rpc.Access;
using Bundler.Testing;
using Bundler.Tests.Rpc.Rest;

namespace Bundler.Tests.Rpc.Access;

public sealed class ConnectionGateTests
{
    private static readonly IPAddress _one = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress _other = IPAddress.Parse("192.0.2.2");

    [Test]
    public void One_address_does_not_take_all_places()
    {
        ConnectionGate gate = new(3, 2);

        Assert.That(new[] { gate.TryEnter(_one), gate.TryEnter(_one), gate.TryEnter(_one) }, Is.EqualTo(new[] { true, true, false }));
        Assert.That(new[] { gate.TryEnter(_other), gate.TryEnter(_other) }, Is.EqualTo(new[] { true, false }));
    }

    [Test]
    public void A_place_that_is_left_is_free()
    {
        ConnectionGate gate = new(1, 1);
        gate.TryEnter(_one);
        gate.Leave(_one);

        Assert.That(gate.TryEnter(_other), Is.True);
    }

    [Test]
    public async Task Idle_connections_to_the_public_address_leave_the_operators_theirs()
    {
        await using RpcHost host = await OperatorHost.StartAsync(new MemoryLedgerStore(), settings: [("MaxConnections", "4")]);
        List<TcpClient> idle = [];
        try
        {
            await Eventually.Async(
                async () =>
                {
                    TcpClient client = new();
                    idle.Add(client);
                    await ConnectAsync(client, host.Url.Port);
                    return await IsClosedAsync(new Uri(host.Url, "/health/live"));
                },
                Eventually.Patience,
                "the public address is full");
            using HttpClient operators = new();
            using HttpResponseMessage response = await operators.GetAsync(new Uri(host.OperatorUrl!, "/health/live"));

            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }
    }

    // One beyond the bound may be closed before it has connected as the client sees it.
    private static async Task ConnectAsync(TcpClient client, int port)
    {
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
        }
        catch (SocketException)
        {
            client.Close();
        }
    }

    // With a connection of its own that it leaves: one that is kept would hold a place for good.
    private static async Task<bool> IsClosedAsync(Uri url)
    {
        using HttpClient http = new();
        try
        {
            using HttpResponseMessage response = await http.GetAsync(url);
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
