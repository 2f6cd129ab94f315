using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Erc4337;

public sealed class EntryPointCallsTests
{
    private static readonly Address Account = Address.Parse("0x1111111111111111111111111111111111111111");

    [TestCase("uint112", true, 86_400u)]
    [TestCase("uint256", true, 86_400u)]
    [TestCase("uint256", false, 0u)]
    public void The_deposit_info_of_every_version_is_read(string depositType, bool staked, uint delay)
    {
        AbiType[] types = [AbiType.Parse($"({depositType},bool,uint112,uint32,uint48)")];
        Bytes result = AbiEncoder.Encode(types, [new object[] { (UInt256)7, staked, (UInt256)5, (UInt256)86_400, UInt256.Zero }]);

        Assert.That(EntryPointCalls.DecodeDepositInfo(Account, result), Is.EqualTo(new StakeInfo(Account, 5, delay, 7)));
    }

    [Test]
    public void The_results_of_both_validations_are_read()
    {
        UInt256 packed = ((UInt256)200 << 208) | ((UInt256)300 << 160) | UInt256.One;
        ValidationData expected = new(Address.FromWord(Hash32.From(1).Span), ValidUntil: 300, ValidAfter: 200);
        Bytes account = AbiEncoder.Encode([AbiType.Parse("uint256")], packed);
        Bytes paymaster = AbiEncoder.Encode([AbiType.Parse("bytes"), AbiType.Parse("uint256")], Bytes.Parse("0xc0de"), packed);

        Assert.That(EntryPointCalls.DecodeValidation(account), Is.EqualTo(expected));
        Assert.That(EntryPointCalls.DecodePaymasterValidation(paymaster), Is.EqualTo((Bytes.Parse("0xc0de"), expected)));
    }

    [Test]
    public void A_UserOperationEvent_is_read_from_its_log([Values] bool sponsored)
    {
        Address paymaster = sponsored ? Account : Address.Zero;
        Hash32[] topics = [EntryPointEvents.UserOperationEvent.Topic, Hash32.From(77), Account.ToWord(), paymaster.ToWord()];
        AbiType[] types = [AbiType.Parse("uint256"), AbiType.Parse("bool"), AbiType.Parse("uint256"), AbiType.Parse("uint256")];
        Bytes data = AbiEncoder.Encode(types, (UInt256)1, true, (UInt256)2, (UInt256)3);

        Assert.That(
            UserOperationEventData.Decode(topics, data),
            Is.EqualTo(new UserOperationEventData(Hash32.From(77), Account, sponsored ? Account : null, 1, true, 2, 3)));
    }
}
