using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Client;
using Microsoft.Extensions.Options;

namespace Bundler.Paymaster.Ledger;

/// <summary>
/// The chain's time up to which nothing new can happen: of the last final block that the index has. Each later block has a later time, so a grant whose last second is
/// before it is in the index or never will be.
/// </summary>
internal sealed class SettledTime(IOperationHistoryStore history, EthClient eth, IOptions<GrantLedgerOptions> options)
{
    private (ulong Number, ulong Seconds)? _last;

    /// <summary>Seconds; <c>null</c>: not known yet.</summary>
    public async Task<ulong?> ReadAsync(CancellationToken cancellationToken)
    {
        ulong? final = await history.FinalBlockAsync(cancellationToken);
        ulong? number = final ?? (await history.HighestBlockAsync(cancellationToken))?.Number;
        if (number is not { } block)
        {
            return null;
        }

        if (_last?.Number != block && await eth.GetBlockAsync(BlockTag.Number(block), cancellationToken) is { } header)
        {
            _last = (block, header.Timestamp);
        }

        ulong late = final is null ? (ulong)options.Value.FinalitySeconds : 0;
        return _last is { } known && known.Number == block && known.Seconds > late ? known.Seconds - late : null;
    }
}
