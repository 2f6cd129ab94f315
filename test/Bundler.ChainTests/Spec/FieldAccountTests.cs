using System.Security.Cryptography;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Spec;

/// <summary>What wallets in the field do passes with all rules on, and the chain takes it.</summary>
[TestFixture(EntryPointVersion.V06)]
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
internal sealed class FieldAccountTests(EntryPointVersion version) : SpecChainTests(version)
{
    private const int ChainId = 1337;

    private static readonly AbiFunction _own = AbiFunction.Parse("own(uint256 x,uint256 y)");
    private static readonly AbiFunction _mint = AbiFunction.Parse("mint(address to,uint256 amount)");
    private static readonly AbiFunction _approve = AbiFunction.Parse("approve(address spender,uint256 amount)");

    [Test]
    public async Task A_P256_account_passes_and_is_mined()
    {
        SpecStage stage = Stage;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Address account = await PlaceAsync("P256Account", 0x21);
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        await Chain.Rig.SendAsync(account, _own.EncodeCall(UInt256.FromBigEndian(point.X), UInt256.FromBigEndian(point.Y)), "0x0");
        UserOperation operation = stage.OperationOf(account) with { VerificationGasLimit = 200_000 };
        Hash32 hash = stage.EntryPoint.Hash(operation, ChainId, null);
        UserOperation signed = operation with { Signature = Bytes.Own(key.SignHash(hash.ToBytes().ToArray())) };

        Rejection? rejection = await stage.ValidateAsync(signed, RuleSet.All);
        Rejection? forged = await stage.ValidateAsync(operation with { Signature = Bytes.Own(new byte[64]) }, RuleSet.All);

        Assert.That(rejection, Is.Null);
        Assert.That(forged?.Code, Is.EqualTo(-32507));
        Assert.That(await stage.IncludeAsync(signed), Is.Positive);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_ERC20_paymaster_passes_with_stake_only(bool staked)
    {
        SpecStage stage = Stage;
        Address token = await PlaceAsync("TestToken", 0x22);
        Address paymaster = await PlaceAsync("TokenPaymaster", staked ? 0x23 : 0x24);
        Address account = await PlaceAsync("RuleAccount", staked ? 0x25 : 0x26);
        await Chain.Rig.SendAsync(stage.EntryPoint.Address, EntryPointCalls.DepositTo.EncodeCall(paymaster), "0xde0b6b3a7640000");
        await Chain.Rig.SendAsync(token, _mint.EncodeCall(account, (UInt256)1_000_000), "0x0");
        await Chain.Rig.SendAsync(account, Act.Run(Act.Call(token, _approve.EncodeCall(paymaster, (UInt256)1_000_000))), "0x0");
        if (staked)
        {
            await stage.StakeAsync(paymaster, stage.MinimumStake, stage.MinimumDelay);
        }

        UserOperation operation = stage.WithPaymaster(stage.OperationOf(account), paymaster) with { PaymasterData = token.ToBytes() };
        Rejection? rejection = await stage.ValidateAsync(operation, RuleSet.All);

        Assert.That((rejection as Rejection.RuleViolated)?.Violation.Rule, Is.EqualTo(staked ? null : Erc7562Rule.Sto032));
        Assert.That(rejection is null, Is.EqualTo(staked));
        if (staked)
        {
            Assert.That(await stage.IncludeAsync(operation), Is.Positive);
        }
    }

    private async Task<Address> PlaceAsync(string contract, int role)
    {
        Address address = Address.Parse($"0x7562{(int)Version:x2}ff000000000000000000000000000000{role:x2}");
        await Stage.PutAsync(SpecStage.TestArtifact(contract).DeployedBytecode, address);
        return address;
    }
}
