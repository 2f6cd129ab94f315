using Microsoft.Extensions.Options;

namespace Bundler.Engine.Admission;

/// <summary>
/// Bounds how many operations are simulated at a time, by whichever method; the others wait here and not in the Ethereum node. Strangers share their
/// turns by <see cref="TurnQueue"/>; what the node validates for itself has as many of its own and waits for no stranger.
/// </summary>
public sealed class ValidationTurns(IOptions<AdmissionOptions> options, TimeProvider clock)
{
    private readonly TurnQueue _strangers = new(TurnLimits.Of(options.Value), clock);
    private readonly SemaphoreSlim _own = new(options.Value.MaxConcurrentValidations);

    /// <exception cref="TooManyWaitingException">The caller may ask again.</exception>
    public Task<T> RunAsync<T>(Func<Task<T>> validation, CancellationToken cancellationToken) =>
        Caller.Current is { } caller ? RunForAsync(caller, validation, cancellationToken) : RunOwnAsync(validation, cancellationToken);

    private async Task<T> RunForAsync<T>(Caller caller, Func<Task<T>> validation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Turn turn = _strangers.Ask(caller);
        try
        {
            await turn.Started.WaitAsync(cancellationToken);
            return await validation();
        }
        finally
        {
            _strangers.Leave(turn);
        }
    }

    private async Task<T> RunOwnAsync<T>(Func<Task<T>> validation, CancellationToken cancellationToken)
    {
        await _own.WaitAsync(cancellationToken);
        try
        {
            return await validation();
        }
        finally
        {
            _own.Release();
        }
    }
}
