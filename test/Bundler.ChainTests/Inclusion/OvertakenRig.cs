using Bundler.Erc4337;
using Bundler.Testing;

namespace Bundler.ChainTests.Inclusion;

/// <summary>An account with two operations that follow each other, and a node whose view of the chain a test can hold back while a block takes the first.</summary>
internal sealed class OvertakenRig : IAsyncDisposable
{
    private readonly InclusionRig _rig;

    private OvertakenRig(InclusionRig rig, FaultyProxy chain, SimpleAccountWallet wallet)
    {
        _rig = rig;
        Chain = chain;
        Wallet = wallet;
        First = InclusionRig.Operation(wallet);
        Second = InclusionRig.Operation(wallet, operation => operation with { Nonce = 1, Factory = null, FactoryData = default });
    }

    /// <summary>The chain as the node sees it.</summary>
    public FaultyProxy Chain { get; }

    public SimpleAccountWallet Wallet { get; }

    /// <summary>Deploys the account.</summary>
    public UserOperation First { get; }

    public UserOperation Second { get; }

    public NodeProcess Node => _rig.Node;

    public static async Task<OvertakenRig> StartAsync()
    {
        InclusionRig rig = await InclusionRig.StartAsync(withNode: false);
        FaultyProxy chain = await FaultyProxy.StartAsync(rig.Anvil.Url);
        await rig.StartNodeAsync(chain.Url, "--debug-api", "--bundling", "manual");
        return new OvertakenRig(rig, chain, await rig.WalletAsync());
    }

    /// <summary>Hands an operation to the node; its hash.</summary>
    public Task<string> SendAsync(UserOperation operation) => _rig.SendAsync(Wallet, operation);

    /// <summary>A block takes the first operation, past the node.</summary>
    public Task OvertakeAsync() => _rig.BundleAsync(Wallet.EntryPoint, null, First);

    public Task ReceiptAsync(string userOpHash) => _rig.ReceiptAsync(userOpHash);

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await Chain.DisposeAsync();
    }
}
