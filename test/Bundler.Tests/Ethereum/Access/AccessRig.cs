using Bundler.Ethereum.Access;
using Bundler.Testing;

namespace Bundler.Tests.Ethereum.Access;

/// <summary>Several scripted nodes behind one transport.</summary>
internal sealed class AccessRig
{
    public AccessRig(ChainAccessOptions options, TimeProvider clock, params (string Name, FakeNode Node)[] nodes)
        : this(options, clock, [.. nodes.Select(node => new Endpoint(
            node.Name, $"{node.Name}.example", EndpointPurposes.All, node.Node, null, new RequestBudget(0, clock), clock))])
    {
    }

    public AccessRig(ChainAccessOptions options, TimeProvider clock, IReadOnlyList<Endpoint> endpoints)
    {
        Pool = new EndpointPool(endpoints, options, clock);
        Probe = new EndpointProbe(Pool, clock);
        Transport = new FailoverTransport(Pool, Probe, clock);
    }

    public EndpointPool Pool { get; }

    public EndpointProbe Probe { get; }

    public FailoverTransport Transport { get; }

    public Endpoint this[string name] => Pool.All.Single(endpoint => endpoint.Name == name);

    /// <summary>A node at a block of a chain, that answers eth_call with its name.</summary>
    public static FakeNode Node(string name, ulong head = 100, ulong chainId = 56) => new FakeNode()
        .Answers("eth_chainId", $"0x{chainId:x}")
        .Answers("eth_blockNumber", $"0x{head:x}")
        .Answers("eth_call", name);
}
