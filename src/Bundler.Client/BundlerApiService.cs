using Bundler.Client.Rpc.Eth;
using Bundler.Client.Rpc.Node;
using Bundler.Client.Rpc.Paymaster;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC;

namespace Bundler.Client;

/// <summary>Every method of a bundler; what only one kind of bundler has stands under its name.</summary>
public sealed class BundlerApiService : RpcClientWrapper
{
    /// <summary>The methods of the bundler that a client leads to.</summary>
    /// <param name="client">The bundler's URL as a client of Nethereum's.</param>
    public BundlerApiService(IClient client)
        : base(client)
    {
        ChainId = new EthChainId(client);
        SupportedEntryPoints = new EthSupportedEntryPoints(client);
        SendUserOperation = new EthSendUserOperation(client);
        EstimateUserOperationGas = new EthEstimateUserOperationGas(client);
        GetUserOperationByHash = new EthGetUserOperationByHash(client);
        GetUserOperationReceipt = new EthGetUserOperationReceipt(client);
        ClientVersion = new Web3ClientVersion(client);
        Discover = new RpcDiscover(client);
        GetUserOperationStatus = new BundlerGetUserOperationStatus(client);
        GetPendingUserOperation = new BundlerGetPendingUserOperation(client);
        GetGasPrice = new BundlerGetGasPrice(client);
        ExplainPreVerificationGas = new BundlerExplainPreVerificationGas(client);
        ExplainUserOperation = new BundlerExplainUserOperation(client);
        GetPaymasterStubData = new PmGetPaymasterStubData(client);
        GetPaymasterData = new PmGetPaymasterData(client);
        Pimlico = new PimlicoApiService(client);
        Rundler = new RundlerApiService(client);
        Skandha = new SkandhaApiService(client);
    }

    /// <inheritdoc cref="EthChainId"/>
    public EthChainId ChainId { get; }

    /// <inheritdoc cref="EthSupportedEntryPoints"/>
    public EthSupportedEntryPoints SupportedEntryPoints { get; }

    /// <inheritdoc cref="EthSendUserOperation"/>
    public EthSendUserOperation SendUserOperation { get; }

    /// <inheritdoc cref="EthEstimateUserOperationGas"/>
    public EthEstimateUserOperationGas EstimateUserOperationGas { get; }

    /// <inheritdoc cref="EthGetUserOperationByHash"/>
    public EthGetUserOperationByHash GetUserOperationByHash { get; }

    /// <inheritdoc cref="EthGetUserOperationReceipt"/>
    public EthGetUserOperationReceipt GetUserOperationReceipt { get; }

    /// <inheritdoc cref="Web3ClientVersion"/>
    public Web3ClientVersion ClientVersion { get; }

    /// <inheritdoc cref="RpcDiscover"/>
    public RpcDiscover Discover { get; }

    /// <inheritdoc cref="BundlerGetUserOperationStatus"/>
    public BundlerGetUserOperationStatus GetUserOperationStatus { get; }

    /// <inheritdoc cref="BundlerGetPendingUserOperation"/>
    public BundlerGetPendingUserOperation GetPendingUserOperation { get; }

    /// <inheritdoc cref="BundlerGetGasPrice"/>
    public BundlerGetGasPrice GetGasPrice { get; }

    /// <inheritdoc cref="BundlerExplainPreVerificationGas"/>
    public BundlerExplainPreVerificationGas ExplainPreVerificationGas { get; }

    /// <inheritdoc cref="BundlerExplainUserOperation"/>
    public BundlerExplainUserOperation ExplainUserOperation { get; }

    /// <inheritdoc cref="PmGetPaymasterStubData"/>
    public PmGetPaymasterStubData GetPaymasterStubData { get; }

    /// <inheritdoc cref="PmGetPaymasterData"/>
    public PmGetPaymasterData GetPaymasterData { get; }

    /// <summary>Pimlico's own methods.</summary>
    public PimlicoApiService Pimlico { get; }

    /// <summary>Rundler's own methods.</summary>
    public RundlerApiService Rundler { get; }

    /// <summary>Skandha's own methods.</summary>
    public SkandhaApiService Skandha { get; }
}
