using System.Text.Json;
using Bundler.Engine.Gas;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>
/// debug_bundler_setConfiguration: other numbers for the preVerificationGas formula from now on (expectedBundleSize, transactionGasStipend,
/// fixedGasOverhead, perUserOpGasOverhead, perUserOpWordGasOverhead, executeUserOpGasOverhead, executeUserOpPerWordGasOverhead,
/// eip7702AuthGas); other members are ignored.
/// </summary>
internal sealed class SetConfiguration(PreVerificationGasPolicy policy) : RpcMethod
{
    public override string Name => "debug_bundler_setConfiguration";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Object("configuration")];

    public override MethodDescription Description { get; } = new("Other numbers for the preVerificationGas formula from now on.", JsonSchema.OneOfTexts("ok"));

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        policy.Configure(parameters.Read(0, json => Apply(policy.Numbers, json)));
        return new(RpcReply.Text("ok"));
    }

    private static PreVerificationGasOptions Apply(PreVerificationGasOptions numbers, JsonElement json)
    {
        foreach (JsonProperty member in json.EnumerateObject())
        {
            numbers = member.Name switch
            {
                "expectedBundleSize" => numbers with { BundleSize = Math.Max(1, (int)Number(member)) },
                "transactionGasStipend" => numbers with { TransactionStipend = Number(member) },
                "fixedGasOverhead" => numbers with { FixedOverhead = Number(member) },
                "perUserOpGasOverhead" => numbers with { PerOperation = Number(member), PerVersion = [] },
                "perUserOpWordGasOverhead" => numbers with { PerCallDataWord = Number(member) },
                "executeUserOpGasOverhead" => numbers with { ExecuteUserOp = Number(member), PerVersion = [] },
                "executeUserOpPerWordGasOverhead" => numbers with { ExecuteUserOpPerWord = Number(member), PerVersion = [] },
                "eip7702AuthGas" => numbers with { PerAuthorization = Number(member) },
                _ => numbers,
            };
        }

        return numbers;
    }

    private static double Number(JsonProperty member)
    {
        if (member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetDouble(out double number) && number is >= 0 and <= 1e9)
        {
            return number;
        }

        try
        {
            return DebugNumber.Read(member.Value);
        }
        catch (CodecException fault)
        {
            throw fault.Within(member.Name);
        }
    }
}
