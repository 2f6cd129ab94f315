using Bundler.Engine.Bundling;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Spec;

/// <summary>A node before one EntryPoint with a cast of its own: every case has new accounts and paymasters, because bundles change them.</summary>
internal sealed class PoolStage(PoolNode node, SpecStage spec)
{
    /// <summary>A busy machine needs seconds; only where the rule is taken away is it waited to the end.</summary>
    private static readonly TimeSpan _enough = TimeSpan.FromSeconds(10);

    private static readonly AbiFunction _make = AbiFunction.Parse("make(bytes plan,bytes code,uint256 salt) returns (address)");
    private static readonly UInt256 _gwei = 1_000_000_000;
    private static int _places = 0x1000;

    public SpecStage Spec => spec;

    public Address EntryPoint => spec.EntryPoint.Address;

    public ReputationLedger Reputation => node.Reputation;

    /// <summary>A rule contract at a place of its own, with funds.</summary>
    public async Task<Address> NewAsync(string contract, bool staked = false)
    {
        Address address = Address.Parse($"0x7562{(int)spec.Version:x2}aa00000000000000000000000000{Interlocked.Increment(ref _places):x6}");
        await spec.PutAsync(SpecStage.TestArtifact(contract).DeployedBytecode, address);
        if (staked)
        {
            await spec.StakeAsync(address, spec.MinimumStake, spec.MinimumDelay);
        }

        return address;
    }

    /// <summary>A paymaster with so many wei of deposit.</summary>
    public async Task<Address> NewPaymasterAsync(string contract, bool staked = false, ulong deposit = 1_000_000_000_000_000_000)
    {
        Address paymaster = await NewAsync(contract, staked);
        await spec.Rig.SendAsync(EntryPoint, EntryPointCalls.DepositTo.EncodeCall(paymaster), Hex.EncodeQuantity(deposit));
        return paymaster;
    }

    /// <summary>Leaves so many wei of an unstaked entity's deposit, as if bundles of others had spent the rest.</summary>
    public Task SpendDepositAsync(Address entity, UInt256 left)
    {
        // All EntryPoints keep their deposits mapping first.
        Hash32 slot = Keccak256.Hash(Bytes.Concat(entity.ToWord().ToBytes(), Hash32.Zero.ToBytes()));
        return spec.Rig.Anvil.RpcAsync("anvil_setStorageAt", EntryPoint.ToLowerHex(), slot.ToString(), Hash32.From(left).ToString());
    }

    /// <summary>An operation under a nonce key of its own.</summary>
    public UserOperation Operation(Address account, ulong key = 0, params Act[] validation) => spec.OperationOf(account, validation) with
    {
        Nonce = new UserOperationNonce(key, 0).Value,
        VerificationGasLimit = 400_000,
    };

    public UserOperation Sponsored(UserOperation operation, Address paymaster, Bytes data = default) => spec.WithPaymaster(operation, paymaster) with
    {
        PaymasterVerificationGasLimit = spec.Version == EntryPointVersion.V06 ? UInt256.Zero : 200_000,
        PaymasterData = data,
    };

    /// <summary>An operation whose factory deploys the code and which has the plan for signature.</summary>
    public async Task<UserOperation> DeployingAsync(Address factory, string contract, Bytes plan)
    {
        Bytes code = SpecStage.TestArtifact(contract).Bytecode;
        Address sender = await FundedAsync(factory, code);
        return spec.DeployingWith(factory, sender, Act.Create2(code, 1)) with { Signature = plan, VerificationGasLimit = 3_000_000 };
    }

    /// <summary>An operation whose factory does these things before it deploys the account that belongs to the salt.</summary>
    public async Task<UserOperation> DeployingAsync(Address factory, UInt256 salt, params Act[] before)
    {
        Bytes code = SpecStage.AccountInitCode;
        Address sender = await FundedAsync(factory, code, salt);
        return spec.DeployingWith(factory, sender, [.. before, Act.Create2(code, salt)]);
    }

    /// <summary>An operation whose factory follows the plan.</summary>
    public async Task<UserOperation> MadeAsync(Address factory, Bytes plan)
    {
        Bytes code = SpecStage.AccountInitCode;
        Address sender = await FundedAsync(factory, code);
        return Operation(sender) with { Factory = factory, FactoryData = _make.EncodeCall(plan, code, (UInt256)1), VerificationGasLimit = 3_000_000 };
    }

    /// <summary>"accepted", or the code of the refusal.</summary>
    public async Task<string> SubmitAsync(UserOperation operation)
    {
        Outcome<Hash32> outcome = await node.Admission.SubmitAsync(spec.EntryPoint, operation, CancellationToken.None);
        return outcome.Accepted ? "accepted" : $"{outcome.Rejection.Code}";
    }

    /// <summary>Puts operations into the mempool that must all be taken.</summary>
    public async Task<IReadOnlyList<Hash32>> PendAsync(params UserOperation[] operations)
    {
        List<Hash32> hashes = [];
        foreach (UserOperation operation in operations)
        {
            Outcome<Hash32> outcome = await node.Admission.SubmitAsync(spec.EntryPoint, operation, CancellationToken.None);
            Assert.That(outcome.Rejection, Is.Null, "an operation that prepares the case");
            hashes.Add(outcome.Value);
        }

        return hashes;
    }

    /// <summary>Builds what can be built and waits until it is mined and indexed.</summary>
    public async Task BundleAsync()
    {
        foreach (Bundle bundle in await node.Bundling.SendNowAsync(CancellationToken.None))
        {
            await node.Bundling.SettledAsync(bundle, CancellationToken.None);
        }
    }

    /// <summary>ok, throttled or banned.</summary>
    public string Status(Address entity) => node.Reputation.Status(EntryPoint, entity).ToString().ToLowerInvariant();

    public ulong Seen(Address entity) => node.Reputation.Get(EntryPoint, entity).OpsSeen;

    public async Task<OperationStatusRecord?> FateAsync(Hash32 userOpHash) => await node.Statuses.FindStatusAsync(userOpHash, CancellationToken.None);

    /// <summary>Whether an operation ends this way within a few seconds.</summary>
    public async Task<bool> EndsAsync(Hash32 userOpHash, OperationState end)
    {
        try
        {
            await Eventually.Async(async () => (await FateAsync(userOpHash))!.State == end, _enough, $"the operation is {end}");
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>The same operation, worth 20 % more for each time.</summary>
    public static UserOperation Dearer(UserOperation operation, ulong times = 1)
    {
        UInt256 fee = _gwei + (times * _gwei / 5);
        return operation with { MaxFeePerGas = fee, MaxPriorityFeePerGas = fee };
    }

    private async Task<Address> FundedAsync(Address factory, Bytes code, UInt256? salt = null)
    {
        Bytes preimage = Bytes.Concat(Bytes.Own([0xff]), factory.ToBytes(), Hash32.From(salt ?? 1).ToBytes(), Keccak256.Hash(code).ToBytes());
        Address sender = Address.FromWord(Keccak256.Hash(preimage).Span);
        await spec.Rig.FundAsync(sender);
        return sender;
    }
}
