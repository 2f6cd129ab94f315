using System.Text.Json;
using Bundler.Engine.Gas;
using Bundler.Engine.Telemetry;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>An operation as the store has it, as an entry of the mempool again: not offered before it has passed a validation, which its earlier one may spare a trace.</summary>
internal static class StoredEntry
{
    /// <summary><c>null</c>: the operation cannot be read. A validation that cannot be read is one that was never made.</summary>
    public static MempoolEntry? Read(EntryPoint entryPoint, StoredOperation stored)
    {
        if (Operation(entryPoint, stored.Json) is not { } operation)
        {
            return null;
        }

        Bytes packed = entryPoint.Operations.Pack(operation);
        return new MempoolEntry
        {
            Operation = operation,
            UserOpHash = stored.UserOpHash,
            EntryPoint = entryPoint,
            Validation = stored.Validation is { } validation ? Validation(validation) : null,
            AdmittedAt = stored.AdmittedAt,
            AdmittedAtBlock = stored.AdmittedAtBlock,
            ReturnedAt = stored.ReturnedAt,
            State = EntryState.Unvalidated,
            Size = packed.Length,
            CalldataTokens = CalldataCost.Tokens(packed),
            Sequence = stored.Sequence,
            AdmittedBy = Stations.FromText(stored.TraceParent),
        };
    }

    private static UserOperation? Operation(EntryPoint entryPoint, Bytes json)
    {
        try
        {
            return OperationJson.Read(entryPoint, json);
        }
        catch (Exception fault) when (fault is JsonException or CodecException)
        {
            return null;
        }
    }

    private static ValidationResult? Validation(Bytes json)
    {
        try
        {
            return ValidationJson.Read(json);
        }
        catch (CodecException)
        {
            return null;
        }
    }
}
