using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Setup;
using Bundler.Testing;

namespace Bundler.ChainTests.Paymasters;

/// <summary>What always holds of our paymasters, whatever is called and whatever is sent; by seeds, so that a failure comes again.</summary>
[TestFixture(EntryPointVersion.V06, true)]
[TestFixture(EntryPointVersion.V07, true)]
[TestFixture(EntryPointVersion.V09, false)]
public sealed class GrantInvariantTests(EntryPointVersion version, bool hasSet)
{
    private const int Mutations = 80;
    private const int Bundles = 8;

    private static readonly Address _manager = DevAccounts.All[6].Address;
    private static readonly Address _stranger = DevAccounts.All[5].Address;

    private GrantStage _stage = null!;

    [SetUp]
    public async Task StartAsync() => _stage = await GrantStage.StartAsync(version, hasSet);

    [TearDown]
    public ValueTask EndAsync() => _stage.DisposeAsync();

    // Checklist row 20, S4-02: signer and manager are keys that nodes and people at night hold.
    [Test]
    public async Task Row_20_no_hot_key_moves_the_deposit_the_stake_or_the_ownership()
    {
        await _stage.StakeAsync();
        if (hasSet)
        {
            await _stage.DoAsync("setManager", _manager);
        }

        (PaymasterFunds before, Address owner, Address pending) = await _stage.HoldingsAsync();
        foreach (Address caller in new[] { _stage.Signer.Address, _manager, _stranger })
        {
            foreach (AbiFunction function in _stage.Artifact.Abi.Functions)
            {
                await _stage.CallAsAsync(caller, function.EncodeCall([.. function.Inputs.Components.Select(input => Argument(input.Type, caller))]));

                Assert.That(await _stage.HoldingsAsync(), Is.EqualTo((before, owner, pending)), $"{function} by {caller}");
            }
        }
    }

    // Checklist rows 5 and 11: what was granted is one operation, to the bit.
    [Test]
    public async Task Row_5_and_11_no_mutation_of_a_granted_operation_is_taken()
    {
        Random random = new(20261129);
        SimpleAccountWallet other = await _stage.WalletAsync();
        UserOperation granted = _stage.Grant.On(_stage.Wallet.Operation(), _stage.Signer);
        Assert.That(await _stage.RefusalAsync(_stage.Wallet.Sign(granted)), Is.Null, "unchanged");
        for (int i = 0; i < Mutations; i++)
        {
            (string field, UserOperation mutated) = Mutate(granted, other, random);
            UserOperation signed = (mutated.Sender == other.Address ? other : _stage.Wallet).Sign(mutated);

            Assert.That(await _stage.RefusalAsync(signed), Is.Not.Null, $"mutation {i} of {field}: {mutated}");
        }
    }

    // Checklist row 20: the deposit pays what was granted, and nothing else.
    [Test]
    public async Task Row_20_the_deposit_falls_by_what_was_granted_and_by_nothing_else()
    {
        Random random = new(7677);
        UInt256 before = await _stage.DepositAsync();
        UInt256 worst = UInt256.Zero;
        UInt256 charged = UInt256.Zero;
        ulong nonce = 0;
        UserOperation? last = null;
        for (int i = 0; i < Bundles; i++)
        {
            UserOperation asked = _stage.Wallet.Operation(deployed: nonce > 0, nonce: nonce);
            asked = random.Next(3) == 0 ? asked with { CallData = Bytes.Parse("0xdeadbeef") } : asked; // a call that fails is paid for too
            Assert.That(last is null || await _stage.RefusalAsync(last) is not null, "the same again");
            Assert.That(await _stage.RefusalAsync(_stage.Sponsored(asked, signer: _stage.NewKey())), Is.Not.Null, "granted by nobody");
            UserOperation granted = _stage.Sponsored(asked, _stage.Grant with { Id = Bytes.From(RandomBytes(random, 16)) });

            TransactionReceipt receipt = await _stage.HandleAsync(granted);

            LogEntry included = receipt.Logs.Single(log => log.Topics[0] == EntryPointEvents.UserOperationEvent.Topic);
            charged += UInt256.FromBigEndian(included.Data.Span.Slice(64, 32));
            worst += _stage.EntryPoint.RequiredPrefund(granted);
            UInt256 fallen = before - await _stage.DepositAsync();
            Assert.That(fallen, Is.EqualTo(charged), $"bundle {i}");
            Assert.That(fallen, Is.LessThanOrEqualTo(worst), $"bundle {i}");
            (last, nonce) = (granted, nonce + 1);
        }
    }

    /// <summary>As good a try as any: oneself where an address is asked for, one wei, yes, a sponsored operation.</summary>
    private object Argument(AbiType type, Address caller) => type switch
    {
        AbiType.UInt => UInt256.One,
        AbiType.Tuple => _stage.EntryPoint.Operations.ToTuple(_stage.Sponsored(_stage.Wallet.Operation())),
        AbiType.Address => caller,
        AbiType.Bool => true,
        AbiType.FixedBytes { Length: Hash32.Size } => Hash32.Zero,
        _ => throw new NotSupportedException($"no argument of type {type}: a new function wants one here"),
    };

    private (string Field, UserOperation Operation) Mutate(UserOperation operation, SimpleAccountWallet other, Random random) => random.Next(version == EntryPointVersion.V06 ? 10 : 12) switch
    {
        0 => ("sender", operation with { Sender = other.Address, FactoryData = other.Operation().FactoryData }),
        1 => ("nonce", operation with { Nonce = new UserOperationNonce((ulong)random.Next(1, 1_000), 0).Value }),
        2 => ("initCode", operation with { FactoryData = Flipped(operation.FactoryData, random) }),
        3 => ("callData", operation with { CallData = Flipped(operation.CallData, random) }),
        4 => ("callGasLimit", operation with { CallGasLimit = Other(operation.CallGasLimit, random) }),
        5 => ("verificationGasLimit", operation with { VerificationGasLimit = Other(operation.VerificationGasLimit, random) }),
        6 => ("preVerificationGas", operation with { PreVerificationGas = Other(operation.PreVerificationGas, random) }),
        7 => ("maxFeePerGas", operation with { MaxFeePerGas = operation.MaxFeePerGas + (UInt256)random.Next(1, 1_000) }),
        8 => ("maxPriorityFeePerGas", operation with { MaxPriorityFeePerGas = operation.MaxPriorityFeePerGas - (UInt256)random.Next(1, 1_000) }),
        9 => ("paymasterData", operation with { PaymasterData = Flipped(operation.PaymasterData, random) }),
        10 => ("paymasterVerificationGasLimit", operation with { PaymasterVerificationGasLimit = Other(operation.PaymasterVerificationGasLimit, random) }),
        _ => ("paymasterPostOpGasLimit", operation with { PaymasterPostOpGasLimit = (UInt256)random.Next(1, 100_000) }),
    };

    private static UInt256 Other(UInt256 value, Random random) => random.Next(2) == 0 ? value + (UInt256)random.Next(1, 100_000) : value - (UInt256)random.Next(1, 1_000);

    private static Bytes Flipped(Bytes data, Random random)
    {
        byte[] changed = data.ToArray();
        changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
        return Bytes.From(changed);
    }

    private static byte[] RandomBytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
