using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Paymaster;

/// <summary>pm_getPaymasterData: the paymaster's consent to the operation as it is.</summary>
/// <param name="client">The bundler.</param>
public sealed class PmGetPaymasterData(IClient client) : SponsorRequest<PaymasterData>(client, "pm_getPaymasterData");
