using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Paymaster;

/// <summary>pm_getPaymasterStubData: what stands in the paymaster's place while gas is estimated.</summary>
/// <param name="client">The bundler.</param>
public sealed class PmGetPaymasterStubData(IClient client) : SponsorRequest<PaymasterStubData>(client, "pm_getPaymasterStubData");
