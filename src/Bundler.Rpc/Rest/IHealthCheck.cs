namespace Bundler.Rpc.Rest;

/// <summary>One thing the node needs in order to serve. Looks at what a room already knows: no I/O, no exceptions.</summary>
public interface IHealthCheck
{
    /// <summary>A key in the answer of /health/ready: lower camel case.</summary>
    string Name { get; }

    HealthFinding Check();
}
