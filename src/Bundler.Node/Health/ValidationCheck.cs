using Bundler.Engine.Validation.Tracing;
using Bundler.Rpc.Rest;

namespace Bundler.Node.Health;

/// <summary>By what operations are validated. A node without a tracer serves all the same, for its operator said so, and says it here.</summary>
internal sealed class ValidationCheck(ITraceSource traces) : IHealthCheck
{
    public string Name => "validation";

    public HealthFinding Check() => new(true, traces.SeesOpcodes ? $"by {traces.Name}" : "UNSAFE: without the opcode and storage rules of ERC-7562");
}
