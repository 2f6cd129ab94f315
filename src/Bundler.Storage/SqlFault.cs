using System.Data.Common;
using System.Globalization;
using Bundler.Engine;

namespace Bundler.Storage;

/// <summary>Says a database's fault in the Engine's words.</summary>
internal static class SqlFault
{
    public static StoreUnavailableException Unavailable(IDialect dialect, string done, DbException fault) =>
        new($"The store {dialect.Location} could not be {done}: {FirstLine(fault.Message)}", fault);

    /// <summary>Neither done nor refused within <see cref="IDialect.Answer"/>.</summary>
    public static StoreUnavailableException Silent(IDialect dialect, string done) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The store {dialect.Location} could not be {done}: it has not answered within {dialect.Answer?.TotalSeconds} s"));

    /// <summary>What follows is where in the statement it was.</summary>
    public static string FirstLine(string message) => message.AsSpan().Trim().EnumerateLines() is var lines && lines.MoveNext() ? lines.Current.ToString() : "";

    /// <exception cref="StoreUnavailableException">What is opened by its name now is another database than the one that was claimed.</exception>
    public static void ThrowIfLost(IStoreClaim claim)
    {
        if (claim.FindLoss() is { } loss)
        {
            throw new StoreUnavailableException(loss);
        }
    }
}
