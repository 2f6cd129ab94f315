using Bundler.Rpc.Rest;
using Bundler.Storage;

namespace Bundler.Node.Health;

/// <summary>The store takes writes.</summary>
internal sealed class StorageCheck(SqlDatabase database) : IHealthCheck
{
    public string Name => "storage";

    public HealthFinding Check() => database.IsFailing ? new HealthFinding(false, "the last writes failed") : new HealthFinding(true, "takes writes");
}
