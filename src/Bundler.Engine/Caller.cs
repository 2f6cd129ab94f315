using System.Net;
using System.Net.Sockets;

namespace Bundler.Engine;

/// <summary>Which stranger the present work is done for: the connection that asked, and the address it comes from. None: the node works for itself.</summary>
public sealed record Caller
{
    /// <summary>An IPv6 subscriber has a /64 of its own, at least: the addresses in it are one client's.</summary>
    private const int OwnIpv6Bytes = 8;

    private static readonly AsyncLocal<Caller?> _current = new();

    public Caller(IPAddress? address, string connection)
    {
        Address = NetworkOf(address ?? IPAddress.None);
        Connection = connection;
    }

    /// <summary>Flows with the work, into whatever is awaited and started by it.</summary>
    public static Caller? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }

    /// <summary>The IPv4 address, or the /64 of an IPv6 address.</summary>
    public IPAddress Address { get; }

    public string Connection { get; }

    private static IPAddress NetworkOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IPv6Loopback.Equals(address))
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        byte[] bytes = address.GetAddressBytes();
        Array.Clear(bytes, OwnIpv6Bytes, bytes.Length - OwnIpv6Bytes);
        return new IPAddress(bytes);
    }
}
