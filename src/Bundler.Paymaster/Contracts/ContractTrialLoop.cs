using System.Runtime.CompilerServices;
using Bundler.Engine;
using Microsoft.Extensions.Logging;

namespace Bundler.Paymaster.Contracts;

/// <summary>Tries every paymaster once at the start, so that the operator hears of one that is not fit before a wallet does.</summary>
internal sealed class ContractTrialLoop(Paymasters paymasters, ContractTrial trial, SelfCheck check, ILogger<ContractTrialLoop> logger, TimeProvider clock)
    : EngineLoop<SponsoredPaymaster>(logger, clock)
{
    protected override async IAsyncEnumerable<SponsoredPaymaster> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (SponsoredPaymaster paymaster in paymasters.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return paymaster;
        }
    }

    protected override async Task StepAsync(SponsoredPaymaster item, CancellationToken cancellationToken)
    {
        if (await trial.FaultAsync(item, cancellationToken) is { } fault)
        {
            logger.PaymasterUnfit(item.Name, fault);
            return;
        }

        logger.PaymasterFit(item.Name, item.Address, item.Site.EntryPoint.VersionText, item.Signer.Address);
        foreach (SelfCheckFinding finding in (await check.RunAsync(item, cancellationToken)).Where(finding => finding.Fault is not null))
        {
            logger.PaymasterRefused(item.Name, finding.Fault!);
        }
    }
}
