using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Signing.KeyServices;

/// <summary>A key service with a deadline on every attempt, and a bounded number of further attempts after transient faults.</summary>
public sealed class PatientKeyService(IKeyService inner, KeyServicePolicy policy, TimeProvider clock, ILogger logger) : IKeyService, IDisposable
{
    public string Name => inner.Name;

    public Task<Address> ReadAddressAsync(CancellationToken cancellationToken) => TryAsync(inner.ReadAddressAsync, cancellationToken);

    public Task<RawSignature> SignAsync(Hash32 digest, CancellationToken cancellationToken) =>
        TryAsync(token => inner.SignAsync(digest, token), cancellationToken);

    public void Dispose() => (inner as IDisposable)?.Dispose();

    private async Task<T> TryAsync<T>(Func<CancellationToken, Task<T>> attemptAsync, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(attemptAsync, cancellationToken);
            }
            catch (SignerUnavailableException fault) when (fault.IsTransient && attempt < policy.MaxAttempts)
            {
                logger.KeyServiceStumbled(Name, fault.Fault, attempt, policy.MaxAttempts);
                await Task.Delay(policy.PauseAfter(attempt, Random.Shared.NextDouble()), clock, cancellationToken);
            }
        }
    }

    private async Task<T> OnceAsync<T>(Func<CancellationToken, Task<T>> attemptAsync, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(policy.AttemptTimeout, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await attemptAsync(either.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SignerUnavailableException(SignerFault.TimedOut, Name, $"no answer within {policy.AttemptTimeout.TotalSeconds:0.###} s", late);
        }
    }
}
