using System.Net;
using System.Net.Sockets;
using Bundler.Ethereum.Crypto;
using Bundler.Node.Configuration;
using Bundler.Rpc;
using Bundler.Storage;
using Bundler.Storage.Sqlite;

namespace Bundler.Node.Startup;

/// <summary>What this machine lacks: libraries, a free port, a data directory.</summary>
internal static class SystemFaults
{
    public static IEnumerable<string> MissingLibraries() => new[] { Secp256k1.Probe(), SqliteLibrary.Probe() }.OfType<string>();

    /// <summary>What is in the way of running, apart from a node that already runs with this configuration and is only checked.</summary>
    public static IEnumerable<string> OfRunning(IServiceProvider rooms)
    {
        if (OptionsCatalog.Valid<RpcOptions>(rooms) is { } rpc && TakenPort(rpc) is { } port)
        {
            yield return port;
        }

        if (OptionsCatalog.Valid<StorageOptions>(rooms) is { Kind: StorageKind.Sqlite } storage && DataDirectoryProbe.Find(storage) is { } directory)
        {
            yield return directory;
        }
    }

    /// <summary>Tries the port the way the server will; null when it is free, or the host is no address.</summary>
    private static string? TakenPort(RpcOptions options)
    {
        IPAddress? address = options.Host == "*" ? IPAddress.IPv6Any : IPAddress.TryParse(options.Host, out IPAddress? parsed) ? parsed : null;
        if (address is null || options.Port == 0)
        {
            return null;
        }

        try
        {
            using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (options.Host == "*")
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(address, options.Port));
            socket.Listen();
            return null;
        }
        catch (SocketException fault) when (fault.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied or SocketError.AddressNotAvailable)
        {
            return $"The node cannot listen on {options.Host}:{options.Port}: {fault.Message}; choose another with --port.";
        }
    }
}
