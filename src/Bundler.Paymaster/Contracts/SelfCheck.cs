using Bundler.Ethereum.JsonRpc;
using Bundler.Paymaster.Setup;

namespace Bundler.Paymaster.Contracts;

/// <summary>One thing that was tried.</summary>
/// <param name="Check">What.</param>
/// <param name="Fault">Why it is not so, one sentence; <c>null</c>: it is.</param>
public sealed record SelfCheckFinding(string Check, string? Fault);

/// <summary>All that can be tried of a paymaster without signing anything.</summary>
/// <exception cref="TransportException">The Ethereum node does not answer.</exception>
public sealed class SelfCheck(ContractTrial contract, PoolTrial pool, PaymasterReader reader)
{
    /// <summary>In the order in which a fault makes the next check pointless.</summary>
    public async Task<IReadOnlyList<SelfCheckFinding>> RunAsync(SponsoredPaymaster paymaster, CancellationToken cancellationToken) =>
    [
        new("its code is known, and it hashes an operation as the node does", await contract.FaultAsync(paymaster, cancellationToken)),
        new("it takes grants of the node's signer", await SignerFaultAsync(paymaster, cancellationToken)),
        new("the node's own pool accepts its validation (ERC-7562)", await pool.FaultAsync(paymaster.Site, paymaster.Codec, SponsoredPaymaster.VerificationGasFor(0), cancellationToken)),
    ];

    private async Task<string?> SignerFaultAsync(SponsoredPaymaster paymaster, CancellationToken cancellationToken)
    {
        PaymasterState state = await reader.ReadAsync(paymaster.Address, paymaster.Site.EntryPoint, [paymaster.Signer.Address], null, cancellationToken);
        return state.Roles is not { } roles ? null // of other kinds nobody can be asked
            : !roles.Signers.Contains(paymaster.Signer.Address) ? $"{paymaster.Signer.Address} is not a signer of {paymaster.Address}"
            : roles.Paused ? $"{paymaster.Address} is paused"
            : null;
    }
}
