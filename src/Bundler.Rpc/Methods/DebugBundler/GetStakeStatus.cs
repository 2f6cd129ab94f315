using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>debug_bundler_getStakeStatus: the stake of an address and whether it counts as staked on this chain (SREP-010).</summary>
internal sealed class GetStakeStatus(EntryPointParameter entryPoints, EthClient eth, StakePolicy stakes) : RpcMethod
{
    public override string Name => "debug_bundler_getStakeStatus";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Address("address"), RpcParameter.Address("entryPoint")];

    public override MethodDescription Description { get; } = new(
        "The stake of an address at an EntryPoint, and whether it counts as staked.",
        JsonSchema.Object(
            ("stakeInfo", JsonSchema.Object(("addr", Schemas.Address), ("stake", JsonSchema.Text), ("unstakeDelaySec", JsonSchema.Text))),
            ("isStaked", JsonSchema.Boolean)));

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        Address address = parameters.Address(0);
        EntryPoint entryPoint = entryPoints.Read(parameters, 1);
        Bytes answer = await eth.CallAsync(
            new CallRequest { To = entryPoint.Address, Data = EntryPointCalls.GetDepositInfo.EncodeCall(address) }, BlockTag.Latest, cancellationToken);
        StakeInfo stake = EntryPointCalls.DecodeDepositInfo(address, answer);
        return RpcReply.Of(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("stakeInfo");
            writer.WriteString("addr", address.ToString());
            writer.WriteString("stake", stake.Stake.ToString());
            writer.WriteString("unstakeDelaySec", new UInt256(0, 0, 0, stake.UnstakeDelaySec).ToString());
            writer.WriteEndObject();
            writer.WriteBoolean("isStaked", stakes.IsStaked(stake));
            writer.WriteEndObject();
        });
    }
}
