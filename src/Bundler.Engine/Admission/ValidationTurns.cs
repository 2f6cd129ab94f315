using Microsoft.Extensions.Options;

namespace Bundler.Engine.Admission;

/// <summary>Bounds how many operations strangers have validated at a time, by whichever method; the others wait here and not in the Ethereum node.</summary>
public sealed class ValidationTurns(IOptions<AdmissionOptions> options)
{
    private readonly SemaphoreSlim _slots = new(options.Value.MaxConcurrentValidations);

    public async Task<T> RunAsync<T>(Func<Task<T>> validation, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return await validation();
        }
        finally
        {
            _slots.Release();
        }
    }
}
