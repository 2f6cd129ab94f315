using Bundler.Ethereum.JsonRpc;

namespace Bundler.Ethereum.Access;

/// <summary>One URL of the chain: what it is asked for, how, and what is known of it.</summary>
/// <param name="name">As in the configuration; safe to show.</param>
/// <param name="host">Host and port, never the path or the user: those may be secrets.</param>
/// <param name="purposes">What it may be asked for.</param>
/// <param name="transport">The way to it, without repetition.</param>
/// <param name="socket">For heads; null: it has none.</param>
/// <param name="budget">What it may be asked per second.</param>
/// <param name="clock">For its health.</param>
public sealed class Endpoint(
    string name, string host, EndpointPurposes purposes, IJsonRpcTransport transport, WebSocketTransport? socket, RequestBudget budget, TimeProvider clock)
{
    public string Name { get; } = name;

    public string Host { get; } = host;

    public EndpointPurposes Purposes { get; } = purposes;

    public IJsonRpcTransport Transport { get; } = transport;

    public WebSocketTransport? Socket { get; } = socket;

    public RequestBudget Budget { get; } = budget;

    public EndpointHealth Health { get; } = new(clock);

    public bool Serves(EndpointPurposes purpose) => (Purposes & purpose) != 0;

    public override string ToString() => $"{Name} ({Host})";
}
