using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.KeyServices;
using Bundler.Testing.Kms;

namespace Bundler.Tests.Signing;

/// <summary>A key service in this process: it fails as often as it was told, then signs.</summary>
internal sealed class ScriptedKeyService(SoftKey key) : IKeyService
{
    private readonly Queue<SignerFault> _faults = [];

    public string Name => "scripted";

    /// <summary>Attempts to sign so far.</summary>
    public int Attempts { get; private set; }

    /// <summary>While set, no attempt ends by itself.</summary>
    public bool Hangs { get; set; }

    public ScriptedKeyService Fails(params IEnumerable<SignerFault> faults)
    {
        foreach (SignerFault fault in faults)
        {
            _faults.Enqueue(fault);
        }

        return this;
    }

    public Task<Address> ReadAddressAsync(CancellationToken cancellationToken) => Task.FromResult(key.Address);

    public async Task<RawSignature> SignAsync(Hash32 digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Attempts++;
        if (Hangs)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return _faults.TryDequeue(out SignerFault fault)
            ? throw new SignerUnavailableException(fault, Name, "as scripted")
            : RawSignature.FromConcatenation(key.SignConcatenated(digest.Span));
    }
}
