using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bundler.Rpc.Access;

/// <summary>How many connections a listener has at a time, in all and from one address; one more is closed at once. Each listener has its own.</summary>
/// <param name="most">In all.</param>
/// <param name="mostPerAddress">From one address.</param>
internal sealed class ConnectionGate(int most, int mostPerAddress)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _open;

    /// <summary>Whether there is room; who enters leaves by <see cref="Leave"/>.</summary>
    public bool TryEnter(IPAddress address)
    {
        lock (_lock)
        {
            int own = _byAddress.GetValueOrDefault(address);
            if (_open >= most || own >= mostPerAddress)
            {
                return false;
            }

            _open++;
            _byAddress[address] = own + 1;
            return true;
        }
    }

    public void Leave(IPAddress address)
    {
        lock (_lock)
        {
            _open--;
            int left = _byAddress[address] - 1;
            if (left == 0)
            {
                _byAddress.Remove(address);
            }
            else
            {
                _byAddress[address] = left;
            }
        }
    }

    public void Guard(ListenOptions listen) => listen.Use(next => async connection =>
    {
        IPAddress address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (!TryEnter(address))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(address);
        }
    });
}
