using Microsoft.Extensions.Logging;

namespace Bundler.Paymaster.Ledger;

internal static partial class LedgerLog
{
    [LoggerMessage(EventId = 8101, Level = LogLevel.Warning,
        Message = "The ledger of grants may be an older copy: nothing is granted before {Until}, when all that it may lack has expired. Whoever knows it to be whole says so at the operators' address (POST /sponsor/ledger/trust)")]
    public static partial void LedgerDistrusted(this ILogger logger, DateTimeOffset until);
}
