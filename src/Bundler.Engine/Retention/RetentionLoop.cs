using System.Runtime.CompilerServices;
using Bundler.Engine.Fleet;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Retention;

/// <summary>A round every half hour on the node that has the index; each of its steps is refused once another node has it.</summary>
internal sealed class RetentionLoop(
    RetentionRound round, FleetVersions versions, Duties duties, IOptions<RetentionOptions> options, ILogger<RetentionLoop> logger, TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    private readonly ILogger _logger = logger;

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMinutes(options.Value.RoundMinutes), Clock);
        while (options.Value.Enabled && await timer.WaitForNextTickAsync(cancellationToken))
        {
            yield return true;
        }
    }

    protected override async Task StepAsync(bool item, CancellationToken cancellationToken)
    {
        if (duties.Find(DutyNames.Index) is not { } fence || await versions.AreMixedAsync(cancellationToken))
        {
            return;
        }

        try
        {
            await round.RunAsync(fence, cancellationToken);
        }
        catch (LeaseLostException lost)
        {
            _logger.Fenced(lost.Fence.Name, lost.Fence.Number);
            duties.Refused(lost.Fence);
        }
    }
}
