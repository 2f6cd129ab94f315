using Bundler.Engine.Chain;
using Bundler.Engine.Validation;
using Bundler.Erc4337;

namespace Bundler.Engine.Admission;

/// <summary>First validation of what strangers send: each waits for its turn, and is then validated on top of the head of that moment.</summary>
public sealed class FirstValidation(OperationValidator validator, ValidationTurns turns, HeadFeed heads)
{
    /// <param name="context">With its facts.</param>
    /// <param name="before">Pending operations of the same sender that must come first, in order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TooManyWaitingException">The caller may ask again.</exception>
    public Task<ValidationReport> RunAsync(AdmissionContext context, IReadOnlyList<UserOperation> before, CancellationToken cancellationToken) =>
        turns.RunAsync(
            async () => await validator.ExamineAsync(
                context.EntryPoint, context.Operation, context.Facts, before, await heads.CurrentAsync(cancellationToken), cancellationToken),
            cancellationToken);
}
