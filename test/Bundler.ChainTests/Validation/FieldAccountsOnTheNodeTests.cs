using System.Security.Cryptography;
using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.ChainTests.Spec;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Validation;

/// <summary>A P-256 account and a staked ERC-20 paymaster through the running node, with all rules on.</summary>
[TestFixture(EntryPointVersion.V06)]
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
public sealed class FieldAccountsOnTheNodeTests(EntryPointVersion version)
{
    private const int ChainId = 1337;

    private static readonly AbiFunction _own = AbiFunction.Parse("own(uint256 x,uint256 y)");
    private static readonly AbiFunction _mint = AbiFunction.Parse("mint(address to,uint256 amount)");
    private static readonly AbiFunction _approve = AbiFunction.Parse("approve(address spender,uint256 amount)");
    private static readonly Address _account = Address.Parse("0x7562bbbb00000000000000000000000000000001");
    private static readonly Address _payer = Address.Parse("0x7562bbbb00000000000000000000000000000002");
    private static readonly Address _token = Address.Parse("0x7562bbbb00000000000000000000000000000003");
    private static readonly Address _paymaster = Address.Parse("0x7562bbbb00000000000000000000000000000004");

    private readonly EntryPoint _entryPoint = SimpleAccountWallet.EntryPointOf(version);
    private InclusionRig _rig = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _rig = await InclusionRig.StartAsync(withNode: false);
        await _rig.StartNodeAsync(null, "--Bundler:Chain:MinStakeWei=1", "--Bundler:Chain:MinUnstakeDelaySeconds=1");
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task A_P256_account_gets_its_operation_into_a_block()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await _rig.PutAsync("P256Account", _account);
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        await _rig.TransactAsync(_account, _own.EncodeCall(UInt256.FromBigEndian(point.X), UInt256.FromBigEndian(point.Y)));
        UserOperation operation = InclusionRig.Operation(_account);
        Bytes signature = Bytes.Own(key.SignHash(_entryPoint.Hash(operation, ChainId, null).ToBytes().ToArray()));

        await IsIncludedAsync(operation with { Signature = signature });
    }

    [Test]
    public async Task An_ERC20_paymaster_pays_for_an_operation()
    {
        await _rig.PutAsync("TestToken", _token);
        await _rig.PutAsync("TokenPaymaster", _paymaster);
        await _rig.PutAsync("RuleAccount", _payer);
        await _rig.TransactAsync(_entryPoint.Address, EntryPointCalls.DepositTo.EncodeCall(_paymaster), "0xde0b6b3a7640000");
        await _rig.TransactAsync(_paymaster, Act.Run(Act.Call(_entryPoint.Address, EntryPointCalls.AddStake.EncodeCall((UInt256)1), 1)));
        await _rig.TransactAsync(_token, _mint.EncodeCall(_payer, (UInt256)1_000_000));
        await _rig.TransactAsync(_payer, Act.Run(Act.Call(_token, _approve.EncodeCall(_paymaster, (UInt256)1_000_000))));

        await IsIncludedAsync(InclusionRig.Sponsored(_entryPoint, InclusionRig.Operation(_payer), _paymaster) with
        {
            PaymasterData = _token.ToBytes(),
            Signature = Act.Encode(),
        });
    }

    private async Task IsIncludedAsync(UserOperation operation)
    {
        JsonElement receipt = await _rig.ReceiptAsync(await _rig.SendAsync(_entryPoint, operation));

        Assert.That(receipt.GetProperty("success").GetBoolean(), Is.True);
        Assert.That(receipt.GetProperty("paymaster").GetString(), Is.EqualTo((operation.Paymaster ?? Address.Zero).ToString()));
    }
}
