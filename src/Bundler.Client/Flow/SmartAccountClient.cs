using System.Numerics;
using Bundler.Client.Accounts;
using Bundler.Client.Operations;
using Bundler.Client.Rpc;
using Bundler.Client.Rpc.Paymaster;
using Bundler.Client.Sponsors;
using Nethereum.Web3;

namespace Bundler.Client.Flow;

/// <summary>The whole way of an account's operations: prepare, sponsor, sign, send, wait; each step alone, or all of them with one call.</summary>
/// <param name="chain">The chain, for nonces and code.</param>
/// <param name="bundler">The bundler.</param>
/// <param name="account">The account.</param>
public sealed class SmartAccountClient(IWeb3 chain, BundlerApiService bundler, ISmartAccount account)
{
    private readonly FeeQuote _fees = new(chain, bundler);
    private BigInteger? _chainId;

    /// <summary>Who pays; null: the account itself.</summary>
    public ISponsor? Sponsor { get; init; }

    /// <summary>How patiently operations are awaited.</summary>
    public WaitOptions Waiting { get; init; } = new();

    /// <summary>An operation with nonce, fees and gas.</summary>
    /// <param name="calls">What the account shall do, in order.</param>
    /// <param name="options">What differs from the usual.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="Errors.BundlerException">The operation cannot be estimated: it would be refused, or its call reverts.</exception>
    public async Task<PreparedOperation> PrepareAsync(
        IReadOnlyList<Call> calls, PrepareOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PrepareOptions();
        AccountInit init = await account.GetInitAsync(cancellationToken).ConfigureAwait(false);
        FeeLevel fees = options.Fees ?? await _fees.AskAsync(options.Speed, cancellationToken).ConfigureAwait(false);
        UserOperation operation = new()
        {
            Sender = account.Address,
            Nonce = options.Nonce ?? await NonceAsync(options.NonceKey, cancellationToken).ConfigureAwait(false),
            Factory = init.Factory,
            FactoryData = init.FactoryData,
            Eip7702Auth = init.Authorization,
            CallData = account.EncodeCalls(calls),
            MaxFeePerGas = fees.MaxFeePerGas,
            MaxPriorityFeePerGas = fees.MaxPriorityFeePerGas,
            Signature = account.StubSignature,
        };
        bool awaitsSponsor = false;
        if (Sponsor is not null)
        {
            BigInteger chainId = await ChainIdAsync(cancellationToken).ConfigureAwait(false);
            PaymasterStubData stub = await Sponsor.GetStubAsync(operation, account.EntryPoint, chainId, cancellationToken).ConfigureAwait(false);
            operation = stub.Apply(operation);
            awaitsSponsor = !stub.IsFinal;
        }

        UserOperationGasEstimate gas = options.StateOverrides is { } overrides
            ? await bundler.EstimateUserOperationGas.SendRequestAsync(operation, account.EntryPoint, overrides, cancellationToken).ConfigureAwait(false)
            : await bundler.EstimateUserOperationGas.SendRequestAsync(operation, account.EntryPoint, cancellationToken).ConfigureAwait(false);
        return new PreparedOperation(gas.Apply(operation), awaitsSponsor);
    }

    /// <summary>The operation with its paymaster's consent; as it is when nobody sponsors.</summary>
    /// <param name="prepared">The operation.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<UserOperation> SponsorAsync(PreparedOperation prepared, CancellationToken cancellationToken = default)
    {
        if (Sponsor is null || !prepared.AwaitsSponsor)
        {
            return prepared.Operation;
        }

        BigInteger chainId = await ChainIdAsync(cancellationToken).ConfigureAwait(false);
        PaymasterData consent = await Sponsor.GetDataAsync(prepared.Operation, account.EntryPoint, chainId, cancellationToken).ConfigureAwait(false);
        return consent.Apply(prepared.Operation);
    }

    /// <summary>The operation with the account's signature.</summary>
    /// <param name="operation">The operation, whole but for that.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<UserOperation> SignAsync(UserOperation operation, CancellationToken cancellationToken = default)
    {
        BigInteger chainId = await ChainIdAsync(cancellationToken).ConfigureAwait(false);
        return operation with { Signature = await account.SignAsync(operation, chainId, cancellationToken).ConfigureAwait(false) };
    }

    /// <summary>Hands the operation to the bundler; its userOpHash.</summary>
    /// <param name="operation">The signed operation.</param>
    /// <param name="cancellationToken">Ends the waiting; the bundler may have it nevertheless.</param>
    /// <exception cref="Errors.BundlerException">It was refused.</exception>
    public Task<string> SendAsync(UserOperation operation, CancellationToken cancellationToken = default) =>
        bundler.SendUserOperation.SendRequestAsync(operation, account.EntryPoint, cancellationToken);

    /// <summary>Waits until a block has the operation; whether its call went through is in the receipt.</summary>
    /// <param name="userOpHash">The operation's hash.</param>
    /// <param name="progress">Is told the stations on the way.</param>
    /// <param name="cancellationToken">Ends the waiting; the operation stays with the bundler.</param>
    /// <exception cref="Errors.OperationDroppedException">It will not be included.</exception>
    /// <exception cref="TimeoutException">No receipt in time.</exception>
    public Task<UserOperationReceipt> WaitAsync(
        string userOpHash, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new ReceiptWait(bundler, Waiting, userOpHash, progress).RunAsync(cancellationToken);

    /// <summary>All five steps.</summary>
    /// <param name="calls">What the account shall do, in order.</param>
    /// <param name="options">What differs from the usual.</param>
    /// <param name="progress">Is told every stage.</param>
    /// <param name="cancellationToken">Ends it where it is; what was sent stays with the bundler.</param>
    /// <exception cref="Errors.BundlerException">It was refused.</exception>
    /// <exception cref="Errors.OperationDroppedException">It was taken, and will not be included.</exception>
    /// <exception cref="TimeoutException">No receipt in time.</exception>
    public async Task<UserOperationReceipt> ExecuteAsync(
        IReadOnlyList<Call> calls,
        PrepareOptions? options = null,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        PreparedOperation prepared = await PrepareAsync(calls, options, cancellationToken).ConfigureAwait(false);
        progress?.Report(new OperationProgress(OperationStage.Prepared));
        UserOperation sponsored = await SponsorAsync(prepared, cancellationToken).ConfigureAwait(false);
        if (sponsored.Paymaster is not null)
        {
            progress?.Report(new OperationProgress(OperationStage.Sponsored));
        }

        UserOperation signed = await SignAsync(sponsored, cancellationToken).ConfigureAwait(false);
        progress?.Report(new OperationProgress(OperationStage.Signed));
        string userOpHash = await SendAsync(signed, cancellationToken).ConfigureAwait(false);
        progress?.Report(new OperationProgress(OperationStage.Sent, userOpHash));
        return await WaitAsync(userOpHash, progress, cancellationToken).ConfigureAwait(false);
    }

    private Task<BigInteger> NonceAsync(BigInteger key, CancellationToken cancellationToken) =>
        chain.Eth.GetContractQueryHandler<GetNonceFunction>()
            .QueryAsync<BigInteger>(account.EntryPoint.Address, new GetNonceFunction { Sender = account.Address, Key = key })
            .WaitAsync(cancellationToken);

    /// <summary>The bundler's: an operation for another chain is refused there.</summary>
    private async ValueTask<BigInteger> ChainIdAsync(CancellationToken cancellationToken) =>
        _chainId ??= await bundler.ChainId.SendRequestAsync(cancellationToken).ConfigureAwait(false);
}
