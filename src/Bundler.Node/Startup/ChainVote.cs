using Bundler.Engine.Chain;
using Bundler.Ethereum.Access;
using Endpoint = Bundler.Ethereum.Access.Endpoint;

namespace Bundler.Node.Startup;

/// <summary>Which chain the URLs are on: the one that is expected if any says so, else the one that most say.</summary>
internal static class ChainVote
{
    /// <returns>Null when none has said anything.</returns>
    /// <exception cref="ChainDisputedException">Two chains have as many URLs, and none is expected.</exception>
    public static ulong? Count(EndpointPool pool)
    {
        IGrouping<ulong, Endpoint>[] votes =
        [
            .. pool.All.Where(endpoint => endpoint.Health.ChainId is not null)
                .GroupBy(endpoint => endpoint.Health.ChainId!.Value)
                .OrderByDescending(vote => vote.Key == pool.Options.ChainId)
                .ThenByDescending(vote => vote.Count()),
        ];
        return votes.Length == 0 ? null
            : votes.Length == 1 || votes[0].Key == pool.Options.ChainId || votes[0].Count() > votes[1].Count() ? votes[0].Key
            : throw new ChainDisputedException(
                $"The URLs are on different chains: {string.Join(", ", votes.SelectMany(vote => vote.Select(endpoint => $"{endpoint} on {vote.Key}")))}; "
                + $"say which is meant with {ChainOptions.Section}:{nameof(ChainOptions.ChainId)}");
    }
}
