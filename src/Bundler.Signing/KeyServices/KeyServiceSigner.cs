using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Signing.KeyServices;

/// <summary>
/// A key service as a signer: low s, the parity found by recovery, never a signature of another address. The address is pinned by the
/// caller, so that it needs no service to start and an alias that moved to another key is noticed at the first signature.
/// </summary>
public sealed class KeyServiceSigner : ISigner, IDisposable
{
    private readonly PatientKeyService _service;
    private readonly SemaphoreSlim _gate;
    private readonly TimeProvider _clock;
    private volatile bool _disposed;

    /// <summary>Takes the service over: disposes it, when it can be disposed, with itself.</summary>
    public KeyServiceSigner(IKeyService service, Address address, KeyServicePolicy policy, TimeProvider clock, ILogger<KeyServiceSigner> logger)
    {
        _service = new PatientKeyService(service, policy, clock, logger);
        _gate = new SemaphoreSlim(policy.MaxConcurrency);
        _clock = clock;
        Address = address;
    }

    public Address Address { get; }

    /// <inheritdoc/>
    /// <exception cref="SignerUnavailableException">The service did not sign after all attempts, or its key is another one.</exception>
    public async ValueTask<Signature> SignAsync(Hash32 digest, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            long start = _clock.GetTimestamp();
            RawSignature raw = await _service.SignAsync(digest, cancellationToken);
            Signature signature = raw.Complete(digest, Address) ?? throw await MismatchAsync(cancellationToken);
            SigningMetrics.Signed(Address, _clock.GetElapsedTime(start));
            return signature;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _service.Dispose();
        _gate.Dispose();
    }

    /// <summary>The name of the key and its address.</summary>
    public override string ToString() => $"{_service.Name} of {Address}";

    private async Task<SignerUnavailableException> MismatchAsync(CancellationToken cancellationToken)
    {
        Address actual = await _service.ReadAddressAsync(cancellationToken);
        return actual == Address
            ? new SignerUnavailableException(SignerFault.AnswerCorrupted, _service.Name, "the answer is not a signature of the digest")
            : new SignerUnavailableException(SignerFault.WrongKey, _service.Name, $"the key belongs to {actual}, the configuration says {Address}");
    }
}
