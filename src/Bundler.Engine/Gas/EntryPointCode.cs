using System.Collections.Concurrent;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>The runtime code of EntryPoints, asked for once: it never changes.</summary>
public sealed class EntryPointCode
{
    private readonly ConcurrentDictionary<Address, Bytes> _codes = new();

    public Bytes? Find(Address entryPoint) => _codes.TryGetValue(entryPoint, out Bytes code) ? code : null;

    /// <summary>An address without code is not remembered: the EntryPoint may yet be deployed there.</summary>
    public void Remember(Address entryPoint, Bytes code)
    {
        if (!code.IsEmpty)
        {
            _codes[entryPoint] = code;
        }
    }
}
