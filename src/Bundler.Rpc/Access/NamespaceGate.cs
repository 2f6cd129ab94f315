using Microsoft.Extensions.Options;

namespace Bundler.Rpc.Access;

/// <summary>Which methods exist for callers: ERC-7769 wants the debug_ namespace off unless the operator asks for it.</summary>
public sealed class NamespaceGate(IOptions<RpcOptions> options)
{
    private readonly bool _debug = options.Value.DebugApi;

    public bool Admits(string method) => _debug || !method.StartsWith("debug_", StringComparison.Ordinal);
}
