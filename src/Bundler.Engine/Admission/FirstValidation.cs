using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.Engine.Admission;

/// <summary>First validation of what strangers send: each waits for its turn, and is then validated on top of the head of that moment.</summary>
public sealed class FirstValidation(OperationValidator validator, ValidationTurns turns, HeadFeed heads, PostOpTrial postOps)
{
    /// <param name="context">With its facts.</param>
    /// <param name="before">Pending operations of the same sender that must come first, in order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TooManyWaitingException">The caller may ask again.</exception>
    public Task<ValidationReport> RunAsync(AdmissionContext context, IReadOnlyList<UserOperation> before, CancellationToken cancellationToken) =>
        turns.RunAsync(
            async () => await JudgedAsync(
                context,
                await validator.ExamineAsync(
                    context.EntryPoint, context.Operation, context.Facts, before, await heads.CurrentAsync(cancellationToken), cancellationToken),
                cancellationToken),
            cancellationToken);

    /// <summary>A postOp that the operation leaves too little gas for would take its bundle along, and its paymaster's good name.</summary>
    private async Task<ValidationReport> JudgedAsync(AdmissionContext context, ValidationReport report, CancellationToken cancellationToken)
    {
        (EntryPoint entryPoint, UserOperation operation) = (context.EntryPoint, context.Operation);
        return report.Result is { } result && PostOpTrial.Concerns(entryPoint, operation, result)
            && await postOps.IsShortAsync(entryPoint, operation, cancellationToken)
            ? report with
            {
                Result = null,
                Rejection = new Rejection.InvalidFields("verificationGasLimit", $"is too little for the postOp of paymaster {operation.Paymaster}, which gets as much"),
            }
            : report;
    }
}
