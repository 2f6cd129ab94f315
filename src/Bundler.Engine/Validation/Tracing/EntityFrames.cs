using System.Globalization;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>A frame in which an entity is answerable for what happens, and its place in the tree (<c>0.2.1</c>).</summary>
public sealed record EntityFrame(Entity Entity, CallFrame Frame, string Path)
{
    /// <summary>This frame and everything it called, each with its own path.</summary>
    public IEnumerable<EntityFrame> Tree()
    {
        yield return this;
        for (int i = 0; i < Frame.Calls.Count; i++)
        {
            foreach (EntityFrame below in new EntityFrame(Entity, Frame.Calls[i], EntityFrames.Child(Path, i)).Tree())
            {
                yield return below;
            }
        }
    }
}

/// <summary>The validation frames of one operation; those that did not happen are <c>null</c>.</summary>
public sealed record OperationFrames
{
    /// <summary>EntryPoint → SenderCreator; its gas is the operation's.</summary>
    public CallFrame? SenderCreator { get; init; }

    /// <summary>SenderCreator → factory: the deployment phase.</summary>
    public EntityFrame? Factory { get; init; }

    /// <summary>SenderCreator → sender: the initialisation of an EIP-7702 account.</summary>
    public EntityFrame? Initialization { get; init; }

    /// <summary>EntryPoint → sender: validateUserOp.</summary>
    public EntityFrame? Account { get; init; }

    /// <summary>EntryPoint → paymaster: validatePaymasterUserOp.</summary>
    public EntityFrame? Paymaster { get; init; }

    /// <summary>The restricted phases in the order they ran.</summary>
    public IEnumerable<EntityFrame> Phases => new[] { Factory, Initialization, Account, Paymaster }.OfType<EntityFrame>();

    /// <summary>Gas that deployment and account validation used.</summary>
    public ulong VerificationGasUsed => (SenderCreator?.GasUsed ?? 0) + (Account?.Frame.GasUsed ?? 0);

    /// <summary>Gas that the paymaster's validation used.</summary>
    public ulong PaymasterVerificationGasUsed => Paymaster?.Frame.GasUsed ?? 0;
}

/// <summary>Finds out which frame of a handleOps belongs to which operation and entity: the EntryPoint calls them in a fixed order.</summary>
public static class EntityFrames
{
    /// <summary>The frames of each operation, in the order of the operations.</summary>
    public static IReadOnlyList<OperationFrames> Of(CallFrame root, EntryPoint entryPoint, IReadOnlyList<UserOperation> operations)
    {
        ValidationSelectors selectors = entryPoint.Bundles.Selectors;
        OperationFrames[] frames = [.. operations.Select(_ => new OperationFrames())];
        int validated = 0;
        for (int i = 0; i < root.Calls.Count; i++)
        {
            CallFrame call = root.Calls[i];
            string path = Child("", i);
            if (call.Selector == selectors.InnerHandleOp && call.To == entryPoint.Address)
            {
                break;
            }

            if (validated < frames.Length && IsSenderCreator(call, selectors))
            {
                frames[validated] = WithDeployment(frames[validated], call, path, operations[validated]);
            }
            else if (validated < frames.Length && call.Selector == selectors.ValidateUserOp && call.To == operations[validated].Sender)
            {
                Entity account = new(EntityKind.Account, operations[validated].Sender);
                frames[validated] = frames[validated] with { Account = new EntityFrame(account, call, path) };
                validated++;
            }
            else if (validated > 0 && call.Selector == selectors.ValidatePaymasterUserOp && call.To == operations[validated - 1].Paymaster)
            {
                Entity paymaster = new(EntityKind.Paymaster, call.To!.Value);
                frames[validated - 1] = frames[validated - 1] with { Paymaster = new EntityFrame(paymaster, call, path) };
            }
        }

        return frames;
    }

    internal static string Child(string path, int index)
    {
        string digits = index.ToString(CultureInfo.InvariantCulture);
        return path.Length == 0 ? digits : $"{path}.{digits}";
    }

    private static bool IsSenderCreator(CallFrame call, ValidationSelectors selectors) =>
        call.Selector == selectors.CreateSender || (selectors.InitEip7702Sender != 0 && call.Selector == selectors.InitEip7702Sender);

    private static OperationFrames WithDeployment(OperationFrames frames, CallFrame creator, string path, UserOperation operation)
    {
        frames = frames with { SenderCreator = creator };
        for (int i = 0; i < creator.Calls.Count; i++)
        {
            CallFrame call = creator.Calls[i];
            if (call.To is { } to && to == operation.Factory)
            {
                return frames with { Factory = new EntityFrame(new Entity(EntityKind.Factory, to), call, Child(path, i)) };
            }

            if (call.To == operation.Sender)
            {
                return frames with { Initialization = new EntityFrame(new Entity(EntityKind.Account, operation.Sender), call, Child(path, i)) };
            }
        }

        return frames;
    }
}
