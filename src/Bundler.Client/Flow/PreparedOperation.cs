using Bundler.Client.Operations;

namespace Bundler.Client.Flow;

/// <summary>An operation with nonce, fees and gas.</summary>
/// <param name="Operation">The operation; its signature and perhaps its paymaster's data are stubs.</param>
/// <param name="AwaitsSponsor">Whether the paymaster still has to consent.</param>
public sealed record PreparedOperation(UserOperation Operation, bool AwaitsSponsor);
