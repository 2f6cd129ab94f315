using Bundler.Engine.Chain;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>A trial: an operation of an account that is there for this one trace.</summary>
public sealed partial class OperationValidator
{
    /// <summary>
    /// As <see cref="ExamineAsync(EntryPoint, UserOperation, ValidationFacts, IReadOnlyList{UserOperation}, ChainHead, CancellationToken)"/>, with code that the sender has during the trace alone:
    /// the same handleOps, the same rules. For who wants to know what this node's pool would say of a paymaster before anybody asks it to pay.
    /// </summary>
    /// <param name="entryPoint">The EntryPoint it is for.</param>
    /// <param name="operation">Of a sender without code.</param>
    /// <param name="accountCode">What runs as the account.</param>
    /// <param name="facts">What <see cref="FactReader"/> read for it.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="cancellationToken">Gives up; the node goes on.</param>
    /// <exception cref="UntraceableException">The node gives no trace of it.</exception>
    public async Task<ValidationReport> TryAsync(
        EntryPoint entryPoint, UserOperation operation, Bytes accountCode, ValidationFacts facts, ChainHead head, CancellationToken cancellationToken)
    {
        Subject subject = new(entryPoint, [operation], facts, head);
        StateOverride account = StateOverride.Of(operation.Sender, new AccountOverride { Code = accountCode });
        ValidationTrace trace = await _traces.TraceAsync(HandleOpsCall.ForValidation(entryPoint, subject.Operations), BlockTag.Latest, account, cancellationToken);
        OperationFrames frames = EntityFrames.Of(trace.Root, entryPoint, subject.Operations)[0];
        return await JudgeAsync(subject, trace, frames, subject.Verdict(trace, frames), null, cancellationToken);
    }
}
