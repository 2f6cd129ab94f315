using Bundler.Engine.Following;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Reputation;
using Bundler.Engine.Submission;
using Microsoft.Extensions.Hosting;

namespace Bundler.Engine;

/// <summary>What must be remembered before any loop moves: reputation, the mempool, and the bundles that were in flight.</summary>
internal sealed class EngineStart(ChangeFollower follower, ReputationLedger reputation, PoolRecovery pool, SubmissionLoop submission) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await follower.BeginAsync(cancellationToken);
        await reputation.LoadAsync(cancellationToken);
        await pool.RunAsync(cancellationToken);
        await submission.RecoverAsync(cancellationToken);
        await follower.AttachAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
