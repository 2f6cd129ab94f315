using Bundler.Engine.Admission;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Rpc.Methods;

/// <summary>Where operations come in: the admission desk, and before it, where the node sponsors, the signature that an operation of v0.9 still waits for.</summary>
internal sealed class OperationDoor(AdmissionDesk desk, IServiceProvider services)
{
    private readonly ParallelGrants? _grants = services.GetService<SponsorSwitch>() is { IsOn: true } ? services.GetRequiredService<ParallelGrants>() : null;

    /// <inheritdoc cref="AdmissionDesk.SubmitAsync"/>
    public Task<Outcome<Hash32>> SubmitAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken) => _grants is null
        ? desk.SubmitAsync(entryPoint, operation, cancellationToken)
        : _grants.AdmitAsync(entryPoint, operation, finished => desk.SubmitAsync(entryPoint, finished, cancellationToken), cancellationToken);
}
