using Bundler.Engine.Inclusion;
using Microsoft.Extensions.Options;

namespace Bundler.Rpc.Methods;

/// <summary>
/// Brings the operations of blocks of before the node's start into the index, the newest first, for half of the time a call may take. Not complete:
/// again up to one below the block that it reached.
/// </summary>
internal sealed class BackfillRound(OperationLookup lookup, IOptions<RpcOptions> options, TimeProvider clock)
{
    /// <summary>The other half is for the block in work.</summary>
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.Value.RequestTimeoutSeconds) / 2;

    public async Task<BackfillReport> RunAsync(ulong from, ulong to, CancellationToken cancellationToken)
    {
        using CancellationTokenSource enough = new(_patience, clock);
        return await lookup.BackfillAsync(from, to, enough.Token, cancellationToken);
    }
}
