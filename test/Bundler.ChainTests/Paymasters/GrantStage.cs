using Bundler.ChainTests.Estimates;
using Bundler.Contracts;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Setup;
using Bundler.Testing;

namespace Bundler.ChainTests.Paymasters;

/// <summary>A paymaster of ours with a deposit on a dev chain, and an account without any funds that it pays for.</summary>
internal sealed class GrantStage : IAsyncDisposable
{
    public static readonly UInt256 MaxCost = 10_000_000_000_000_000;

    private readonly EstimateRig _rig;

    private GrantStage(EstimateRig rig, SimpleAccountWallet wallet, ContractArtifact artifact, Address paymaster, PrivateKey signer)
    {
        _rig = rig;
        Wallet = wallet;
        Artifact = artifact;
        Signer = signer;
        Grant = new Grant(wallet.EntryPoint, paymaster, EstimateRig.ChainId);
    }

    public SimpleAccountWallet Wallet { get; }

    public ContractArtifact Artifact { get; }

    public PrivateKey Signer { get; }

    public Grant Grant { get; }

    public EntryPoint EntryPoint => Wallet.EntryPoint;

    /// <summary>Owner and manager, and whoever sends.</summary>
    public static Address Operator => DevAccounts.All[0].Address;

    public static async Task<GrantStage> StartAsync(EntryPointVersion version, bool hasSet)
    {
        EstimateRig rig = await EstimateRig.StartAsync();
        ContractArtifact artifact = ArtifactOf(version, hasSet);
        PrivateKey signer = rig.NewKey();
        Address entryPoint = SimpleAccountWallet.EntryPointOf(version).Address;
        object[] arguments = hasSet ? [entryPoint, Operator, Operator, signer.Address, MaxCost] : [entryPoint, Operator, signer.Address, MaxCost];
        AbiType[] types = [.. artifact.Abi.ConstructorInputs.Components.Select(input => input.Type)];
        Address paymaster = await rig.DeployAsync(Bytes.Concat(artifact.Bytecode, AbiEncoder.Encode(types, arguments)));
        await rig.SendAsync(paymaster, Bytes.Empty, 1_000_000_000_000_000_000);
        SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(rig.Eth, version, rig.NewKey());
        return new GrantStage(rig, wallet, artifact, paymaster, signer);
    }

    public PrivateKey NewKey() => _rig.NewKey();

    /// <summary>The operation with this grant, signed by its account too.</summary>
    public UserOperation Sponsored(UserOperation operation, Grant? grant = null, PrivateKey? signer = null) =>
        Wallet.Sign((grant ?? Grant).On(operation, signer ?? Signer));

    /// <summary>Why handleOps refuses it; <c>null</c> when it does not.</summary>
    public async Task<string?> RefusalAsync(UserOperation operation)
    {
        try
        {
            Bytes data = EntryPoint.Bundles.EncodeHandleOps([operation], Operator);
            await _rig.Eth.CallAsync(new CallRequest { From = Operator, To = EntryPoint.Address, Data = data, Gas = 20_000_000 }, BlockTag.Latest, CancellationToken.None);
            return null;
        }
        catch (CallRevertedException refused)
        {
            return EntryPoint.Bundles.DecodeFailure(refused.RevertData).Reason;
        }
    }

    public Task<TransactionReceipt> HandleAsync(params UserOperation[] operations) => _rig.HandleAsync(EntryPoint, operations);

    /// <summary>As the owner.</summary>
    public Task<TransactionReceipt> DoAsync(string function, params object[] arguments) =>
        _rig.SendAsync(Grant.Paymaster, Artifact.Abi.Function(function).EncodeCall(arguments), 0);

    /// <summary>Stakes one coin for a day.</summary>
    public Task StakeAsync() => _rig.SendAsync(Grant.Paymaster, Artifact.Abi.Function("addStake").EncodeCall((UInt256)86_400), 1_000_000_000_000_000_000);

    /// <summary>Somebody calls the paymaster, in a transaction that is mined; it may revert.</summary>
    public Task CallAsAsync(Address caller, Bytes data) => _rig.SendAsAsync(caller, Grant.Paymaster, data);

    /// <summary>What the EntryPoint and the contract say: deposit, stake, delay, owner, and who is offered the ownership.</summary>
    public async Task<(PaymasterFunds Funds, Address Owner, Address Pending)> HoldingsAsync()
    {
        CallRequest call = new() { To = EntryPoint.Address, Data = EntryPointCalls.GetDepositInfo.EncodeCall(Grant.Paymaster) };
        Bytes funds = await _rig.Eth.CallAsync(call, BlockTag.Latest, CancellationToken.None);
        return (
            PaymasterFunds.Decode(funds),
            Address.FromWord((await CallAsync(Artifact.Abi.Function("owner").EncodeCall())).Span),
            Address.FromWord((await CallAsync(Artifact.Abi.Function("pendingOwner").EncodeCall())).Span));
    }

    /// <summary>Another account that nobody has deployed.</summary>
    public Task<SimpleAccountWallet> WalletAsync() => SimpleAccountWallet.CreateAsync(_rig.Eth, EntryPoint.Version, _rig.NewKey());

    /// <summary>Whether somebody else may do it.</summary>
    public async Task<bool> MayAsync(Address caller, string function, params object[] arguments)
    {
        try
        {
            Bytes data = Artifact.Abi.Function(function).EncodeCall(arguments);
            await _rig.Eth.CallAsync(new CallRequest { From = caller, To = Grant.Paymaster, Data = data }, BlockTag.Latest, CancellationToken.None);
            return true;
        }
        catch (CallRevertedException)
        {
            return false;
        }
    }

    public async Task<Hash32> HashOnChainAsync(UserOperation operation)
    {
        Bytes data = Artifact.Abi.Function("getHash").EncodeCall([EntryPoint.Operations.ToTuple(operation)]);
        return new Hash32((await _rig.Eth.CallAsync(new CallRequest { To = Grant.Paymaster, Data = data }, BlockTag.Latest, CancellationToken.None)).Span);
    }

    /// <summary>The limits that an estimate answers.</summary>
    public Task<Outcome<GasEstimate>> EstimateAsync(PartialUserOperation partial) => _rig.Estimator.EstimateAsync(EntryPoint, partial, null, CancellationToken.None);

    /// <summary>A word that the paymaster answers.</summary>
    public async Task<Hash32> CallAsync(Bytes data) =>
        new((await _rig.Eth.CallAsync(new CallRequest { To = Grant.Paymaster, Data = data }, BlockTag.Latest, CancellationToken.None)).Span);

    public async Task<UInt256> DepositAsync()
    {
        CallRequest call = new() { To = EntryPoint.Address, Data = EntryPointCalls.BalanceOf.EncodeCall(Grant.Paymaster) };
        return (UInt256)EntryPointCalls.BalanceOf.DecodeResult(await _rig.Eth.CallAsync(call, BlockTag.Latest, CancellationToken.None))[0];
    }

    public Task<UInt256> BalanceAsync(Address account) => _rig.Eth.GetBalanceAsync(account, BlockTag.Latest, CancellationToken.None);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    private static ContractArtifact ArtifactOf(EntryPointVersion version, bool hasSet) => (version, hasSet) switch
    {
        (EntryPointVersion.V06, true) => ContractArtifact.NodeVerifyingPaymasterV06,
        (EntryPointVersion.V06, false) => ContractArtifact.NodeImmutablePaymasterV06,
        (_, true) => ContractArtifact.NodeVerifyingPaymasterV07,
        _ => ContractArtifact.NodeImmutablePaymasterV07,
    };
}
