using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>A reservation that is asked for.</summary>
internal sealed record GrantAsk(GrantRequest Request, GrantLimits Limits);
