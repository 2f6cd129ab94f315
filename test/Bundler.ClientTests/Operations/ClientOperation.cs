using System.Numerics;
using Bundler.Client.Operations;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Nethereum.Hex.HexConvertors.Extensions;
using ClientAuthorization = Bundler.Client.Operations.Eip7702Authorization;
using ClientOperationOf = Bundler.Client.Operations.UserOperation;
using NodeOperation = Bundler.Erc4337.UserOperation;

namespace Bundler.ClientTests.Operations;

/// <summary>The node's operations and EntryPoints as the client has them.</summary>
internal static class ClientOperation
{
    public static ClientOperationOf Of(NodeOperation operation) => new()
    {
        Sender = operation.Sender.ToString(),
        Nonce = Number(operation.Nonce),
        Factory = operation.Factory is { } factory ? factory == Eip7702Marker.Address ? ClientOperationOf.Eip7702Marker : factory.ToString() : null,
        FactoryData = operation.FactoryData.ToString(),
        CallData = operation.CallData.ToString(),
        CallGasLimit = Number(operation.CallGasLimit),
        VerificationGasLimit = Number(operation.VerificationGasLimit),
        PreVerificationGas = Number(operation.PreVerificationGas),
        MaxFeePerGas = Number(operation.MaxFeePerGas),
        MaxPriorityFeePerGas = Number(operation.MaxPriorityFeePerGas),
        Paymaster = operation.Paymaster?.ToString(),
        PaymasterVerificationGasLimit = operation.Paymaster is null ? null : Number(operation.PaymasterVerificationGasLimit),
        PaymasterPostOpGasLimit = operation.Paymaster is null ? null : Number(operation.PaymasterPostOpGasLimit),
        PaymasterData = operation.PaymasterData.ToString(),
        PaymasterSignature = operation.PaymasterSignature?.ToString(),
        Signature = operation.Signature.ToString(),
        Eip7702Auth = operation.Eip7702Auth is { } tuple
            ? new ClientAuthorization(Number(tuple.ChainId), tuple.Address.ToString(), tuple.Nonce, tuple.YParity, Word(tuple.R), Word(tuple.S))
            : null,
    };

    public static Client.Operations.EntryPoint At(Erc4337.EntryPoints.EntryPoint entryPoint) =>
        new((Client.Operations.EntryPointVersion)(int)entryPoint.Version, entryPoint.Address.ToString());

    public static BigInteger Number(UInt256 value) => value.ToBigInteger();

    private static string Word(UInt256 value)
    {
        byte[] word = new byte[Hash32.Size];
        value.WriteBigEndian(word);
        return word.ToHex(prefix: true);
    }
}
