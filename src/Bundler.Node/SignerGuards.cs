using Bundler.Engine.Bundling;
using Bundler.Engine.Chain;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Operations.Funds;
using Bundler.Signing;
using Bundler.Signing.Guard;
using Microsoft.Extensions.Options;

namespace Bundler.Node;

/// <summary>What the guards before the keys allow on this chain, with these EntryPoints.</summary>
internal static class SignerGuards
{
    public static SignerGuardLimits LimitsOf(IServiceProvider services)
    {
        ChainProfile chain = services.GetRequiredService<ChainProfile>();
        string? beneficiary = services.GetRequiredService<IOptions<BundlingOptions>>().Value.Beneficiary;
        FundsBand band = services.GetRequiredService<IOptions<FundsOptions>>().Value.ToBand();
        return services.GetRequiredService<IOptions<SignerGuardOptions>>().Value.ToLimits(
            chain.ChainId,
            chain.TransactionGasLimit,
            [.. services.GetRequiredService<ServedEntryPoints>().All.Select(Guarded)],
            string.IsNullOrEmpty(beneficiary) ? null : Address.Parse(beneficiary)) with
        {
            Transfers = band.Allowances(services.GetRequiredService<Keyring>().Signers.Select(signer => signer.Address)),
            FundingSigner = band.FundingSigner,
        };
    }

    private static GuardedEntryPoint Guarded(EntryPoint entryPoint) => entryPoint.Version == EntryPointVersion.V06
        ? GuardedEntryPoint.OfV06(entryPoint.Address)
        : GuardedEntryPoint.OfV07(entryPoint.Address);
}
