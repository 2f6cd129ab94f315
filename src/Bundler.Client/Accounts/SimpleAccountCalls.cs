using Bundler.Client.Json;
using Bundler.Client.Operations;
using Nethereum.Contracts;

namespace Bundler.Client.Accounts;

/// <summary>The call data of the reference accounts: execute for one call, executeBatch for more.</summary>
internal static class SimpleAccountCalls
{
    /// <exception cref="ArgumentException">No call, or a batch with values on v0.6.</exception>
    public static string Encode(IReadOnlyList<Call> calls, EntryPointVersion version) => calls switch
    {
        [] => throw new ArgumentException("an operation has at least one call", nameof(calls)),
        [{ } only] => Data(new ExecuteFunction { Dest = only.To, Value = only.Value, Func = HexText.Bytes(only.Data) }),
        _ => version switch
        {
            EntryPointVersion.V06 => Batch06(calls),
            EntryPointVersion.V07 => Data(new ExecuteBatchV07Function { Dest = Targets(calls), Value = [.. calls.Select(call => call.Value)], Func = Datas(calls) }),
            _ => Data(new ExecuteBatchFunction
            {
                Calls = [.. calls.Select(call => new BatchedCall { Target = call.To, Value = call.Value, Data = HexText.Bytes(call.Data) })],
            }),
        },
    };

    private static string Batch06(IReadOnlyList<Call> calls) => calls.All(call => call.Value.IsZero)
        ? Data(new ExecuteBatchV06Function { Dest = Targets(calls), Func = Datas(calls) })
        : throw new ArgumentException("a batch of a v0.6 SimpleAccount carries no value: send it in an operation of its own", nameof(calls));

    private static List<string> Targets(IReadOnlyList<Call> calls) => [.. calls.Select(call => call.To)];

    private static List<byte[]> Datas(IReadOnlyList<Call> calls) => [.. calls.Select(call => HexText.Bytes(call.Data))];

    private static string Data<TFunction>(TFunction function)
        where TFunction : FunctionMessage, new() => HexText.Of(function.GetCallData());
}
