using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.ChainTests.Methods;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>A chain that knows no EIP-7702: who delegates is told, and everybody else goes on.</summary>
[TestFixture("cancun")]
[TestFixture("shanghai")]
public sealed class OlderChainTests(string hardfork)
{
    private static readonly Address _delegate = Address.Parse("0x0000000000000000000000000000000000de1e9b");

    /// <summary>Pays what validation asks for, and agrees to everything.</summary>
    private static readonly Bytes _code = Bytes.Parse("0x6000600060006000604435335af160206000f3");

    private InclusionRig _rig = null!;

    [OneTimeSetUp]
    public async Task BeginAsync()
    {
        _rig = await InclusionRig.StartAsync(withNode: false, new AnvilOptions { ExtraArguments = ["--hardfork", hardfork] });
        await _rig.SetCodeAsync(_delegate, _code);
        await _rig.StartNodeAsync(null, "--debug-api");
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task An_operation_that_delegates_is_refused_with_the_nodes_reason_and_plain_ones_go([Values(EntryPointVersion.V06, EntryPointVersion.V07)] EntryPointVersion version)
    {
        SimpleAccountWallet plain = await _rig.WalletAsync(version);
        JsonElement error = (await _rig.Node.OfferAsync(plain.EntryPoint, await DelegatingAsync())).GetProperty("error");
        string hash = await _rig.SendAsync(plain, InclusionRig.Operation(plain));

        Assert.That((await _rig.ReceiptAsync(hash)).GetProperty("success").GetBoolean(), Is.True);
        AssertRefused(error);
    }

    [Test]
    public async Task A_plain_operation_is_estimated_and_one_that_delegates_is_refused_as_sending_refuses_it(
        [Values(EntryPointVersion.V06, EntryPointVersion.V07)] EntryPointVersion version)
    {
        SimpleAccountWallet plain = await _rig.WalletAsync(version);
        UserOperation bare = plain.Operation() with { CallGasLimit = 0, VerificationGasLimit = 0, PreVerificationGas = 0, MaxFeePerGas = 0, MaxPriorityFeePerGas = 0 };

        JsonElement estimate = await _rig.Node.CallAsync("eth_estimateUserOperationGas", MethodRig.Call(plain, plain.Sign(bare)));
        JsonElement delegating = await _rig.Node.CallAsync("eth_estimateUserOperationGas", MethodRig.Call(plain, await DelegatingAsync()));

        Assert.That(estimate.TryGetProperty("result", out _), Is.True, estimate.GetRawText());
        AssertRefused(delegating.GetProperty("error"));
    }

    private static void AssertRefused(JsonElement error)
    {
        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32500), error.GetRawText());
        Assert.That(error.GetProperty("message").GetString(), Does.StartWith("eip7702Auth: its bundle is refused by the Ethereum node: "));
    }

    private async Task<UserOperation> DelegatingAsync()
    {
        using PrivateKey key = PrivateKey.Generate();
        await _rig.Anvil.RpcAsync("anvil_setBalance", key.Address.ToLowerHex(), "0xde0b6b3a7640000");
        return InclusionRig.Operation(key.Address) with { PreVerificationGas = 200_000, Eip7702Auth = Authorization.Sign(key, 1337, _delegate, 0) };
    }
}
