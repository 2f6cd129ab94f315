using Bundler.Engine.Fleet;

namespace Bundler.Storage;

/// <summary>The leases as other tables' writes ask them, in the same transaction.</summary>
internal static class LeaseTables
{
    private const string SelectFence = "SELECT number FROM leases WHERE name = $1 AND holder = $2 AND number = $3";

    /// <summary>A lease that is over and that nobody has taken since still counts: nobody else writes under its name.</summary>
    /// <exception cref="LeaseLostException">Another node has the duty.</exception>
    public static async Task CheckAsync(SqlSession session, Fence fence, CancellationToken cancellationToken)
    {
        if (!fence.IsSole
            && await session.Prepare(SelectFence).With(fence.Name).With(fence.Holder).With(fence.Number).ReadFirstAsync<long?>(row => row.Int64(0), cancellationToken) is null)
        {
            throw new LeaseLostException(fence);
        }
    }
}
