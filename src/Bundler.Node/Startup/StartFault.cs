using Bundler.Engine;
using Bundler.Storage;
using Bundler.Storage.Sqlite;

namespace Bundler.Node.Startup;

/// <summary>What keeps a node from starting although its configuration is sound.</summary>
internal static class StartFault
{
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";
    private const int HostingFailed = 11;

    /// <summary>Its message is a sentence for the operator, and says all.</summary>
    public static bool IsTold(Exception fault) =>
        fault is DataDirectoryInUseException or StoreUnavailableException or StoreTooNewException or StoreOfAnotherChainException or IOException;

    /// <summary>The host's own line about that, with where in the code it happened.</summary>
    public static bool IsToldTwice(string category, EventId id, Exception? fault) => fault is not null && id.Id == HostingFailed && category == Host && IsTold(fault);
}
