using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Paymasters;

/// <summary>Our verifying paymasters on the real EntryPoints: what they pay for, and that no field of a granted operation can be changed.</summary>
[TestFixture(EntryPointVersion.V06, true)]
[TestFixture(EntryPointVersion.V06, false)]
[TestFixture(EntryPointVersion.V07, true)]
[TestFixture(EntryPointVersion.V07, false)]
[TestFixture(EntryPointVersion.V08, true)]
[TestFixture(EntryPointVersion.V09, true)]
[TestFixture(EntryPointVersion.V09, false)]
public sealed class VerifyingPaymasterTests(EntryPointVersion version, bool hasSet)
{
    private const string WrongSignature = "AA34 signature error";

    private GrantStage _stage = null!;

    [SetUp]
    public async Task StartAsync() => _stage = await GrantStage.StartAsync(version, hasSet);

    [TearDown]
    public ValueTask EndAsync() => _stage.DisposeAsync();

    [Test]
    public async Task Who_is_granted_pays_nothing_and_the_deposit_pays_what_the_event_says()
    {
        UInt256 before = await _stage.DepositAsync();
        UserOperation operation = _stage.Sponsored(_stage.Wallet.Operation());
        Assert.That(await _stage.HashOnChainAsync(operation), Is.EqualTo(_stage.Grant.Digest(operation)), "the hash");

        TransactionReceipt receipt = await _stage.HandleAsync(operation);

        LogEntry included = receipt.Logs.Single(log => log.Topics[0] == EntryPointEvents.UserOperationEvent.Topic);
        LogEntry sponsored = receipt.Logs.Single(log => log.Address == _stage.Grant.Paymaster);
        Assert.That(sponsored.Topics.Skip(1), Is.EqualTo(new[] { included.Topics[1], included.Topics[2], Padded(_stage.Grant.Id) }));
        Assert.That(before - await _stage.DepositAsync(), Is.EqualTo(UInt256.FromBigEndian(included.Data.Span.Slice(64, 32))));
        Assert.That(await _stage.BalanceAsync(_stage.Wallet.Address), Is.EqualTo(UInt256.Zero));
    }

    // Checklist row 5 (replay) and 11 (gas pinning): every field, one by one.
    [Test]
    public async Task No_field_of_a_granted_operation_can_be_changed()
    {
        UserOperation granted = _stage.Grant.On(_stage.Wallet.Operation(), _stage.Signer);
        List<string> taken = [];
        foreach ((string field, Func<UserOperation, UserOperation> change) in Changes())
        {
            string? refusal = await _stage.RefusalAsync(_stage.Wallet.Sign(change(granted)));
            if (refusal != WrongSignature)
            {
                taken.Add($"{field}: {refusal ?? "taken"}");
            }
        }

        Assert.That(await _stage.RefusalAsync(_stage.Wallet.Sign(granted)), Is.Null, "unchanged");
        Assert.That(taken, Is.Empty);
    }

    [Test]
    public async Task A_wrong_signature_is_told_and_never_reverts()
    {
        UserOperation operation = _stage.Wallet.Operation();
        Bytes good = _stage.Grant.Sign(operation, _stage.Signer);
        PrivateKey stranger = _stage.NewKey();
        Dictionary<string, Bytes> signatures = new()
        {
            ["of somebody else"] = _stage.Grant.Sign(operation, stranger),
            ["zero"] = Bytes.From(new byte[65]),
            ["all ones"] = Bytes.From(Enumerable.Repeat((byte)0xff, 65).ToArray()),
            ["v of 0 or 1"] = Bytes.Concat(good.Slice(0, 64), Bytes.From([(byte)(good.Span[64] - 27)])),
            ["the high half"] = Mirrored(good),
        };

        foreach ((string name, Bytes signature) in signatures)
        {
            Assert.That(await _stage.RefusalAsync(_stage.Wallet.Sign(_stage.Grant.On(operation, signature))), Is.EqualTo(WrongSignature), name);
        }
    }

    [Test]
    public async Task Another_paymaster_chain_or_EntryPoint_is_another_grant()
    {
        UserOperation operation = _stage.Wallet.Operation();
        Grant grant = _stage.Grant;
        Grant[] others =
        [
            grant with { ChainId = grant.ChainId + 1 },
            grant with { Paymaster = Address.Parse("0x00000000000000000000000000000000000000aa") },
            grant with { EntryPoint = SimpleAccountWallet.EntryPointOf(version == EntryPointVersion.V08 ? EntryPointVersion.V07 : EntryPointVersion.V08) },
            grant with { Delegate = Address.Parse("0x00000000000000000000000000000000000000de") },
        ];

        // A grant of another EntryPoint version has other fields; of the same fields the address alone is another.
        foreach (Grant other in version == EntryPointVersion.V06 ? others.Where(other => other.EntryPoint.Version == version) : others)
        {
            Bytes signature = other.Sign(operation with { PaymasterVerificationGasLimit = version == EntryPointVersion.V06 ? 0 : 60_000 }, _stage.Signer);
            Assert.That(await _stage.RefusalAsync(_stage.Wallet.Sign(grant.On(operation, signature))), Is.EqualTo(WrongSignature), other.ToString());
        }
    }

    [Test]
    public async Task The_window_is_the_EntryPoints_to_judge()
    {
        UserOperation late = _stage.Sponsored(_stage.Wallet.Operation(), _stage.Grant with { ValidUntil = 2 });
        UserOperation early = _stage.Sponsored(_stage.Wallet.Operation(), _stage.Grant with { ValidAfter = 0xffff_fffe });

        Assert.That(await _stage.RefusalAsync(late), Does.StartWith("AA32"));
        Assert.That(await _stage.RefusalAsync(early), Does.StartWith("AA32"));
    }

    // Checklist row 20: what a stolen key can cost at a time.
    [Test]
    public async Task Nothing_above_the_ceiling_is_paid_for()
    {
        UserOperation dear = _stage.Wallet.Operation() with { MaxFeePerGas = 100_000_000_000, MaxPriorityFeePerGas = 1 };

        Assert.That(await _stage.RefusalAsync(_stage.Sponsored(dear)), Is.EqualTo(WrongSignature));
    }

    [Test]
    public async Task Data_of_another_length_is_refused_at_once()
    {
        UserOperation granted = _stage.Grant.On(_stage.Wallet.Operation(), _stage.Signer);

        foreach (Bytes data in new[] { granted.PaymasterData.Slice(0, 92), Bytes.Concat(granted.PaymasterData, Bytes.Parse("0x00")), Bytes.Empty })
        {
            Assert.That(await _stage.RefusalAsync(_stage.Wallet.Sign(granted with { PaymasterData = data })), Does.StartWith("AA33"));
        }
    }

    [Test]
    public async Task Only_the_owner_moves_money()
    {
        Address stranger = DevAccounts.All[5].Address;
        Address signer = _stage.Signer.Address;
        foreach (Address caller in new[] { stranger, signer })
        {
            Assert.That(await _stage.MayAsync(caller, "withdrawTo", caller, (UInt256)1), Is.False);
            Assert.That(await _stage.MayAsync(caller, "unlockStake"), Is.False);
            Assert.That(await _stage.MayAsync(caller, "withdrawStake", caller), Is.False);
            Assert.That(await _stage.MayAsync(caller, "transferOwnership", caller), Is.False);
            Assert.That(await _stage.MayAsync(caller, "acceptOwnership"), Is.False);
        }

        await _stage.DoAsync("transferOwnership", stranger);
        Assert.That(await _stage.MayAsync(stranger, "withdrawTo", stranger, (UInt256)1), Is.False, "offered is not taken");
        Assert.That(await _stage.MayAsync(stranger, "acceptOwnership"), Is.True);
        Assert.That(await _stage.MayAsync(GrantStage.Operator, "withdrawTo", stranger, (UInt256)1), Is.True);
    }

    private IEnumerable<(string Field, Func<UserOperation, UserOperation> Change)> Changes()
    {
        yield return ("callData", operation => operation with { CallData = Bytes.Concat(operation.CallData, Bytes.Parse("0x00")) });
        yield return ("callGasLimit", operation => operation with { CallGasLimit = operation.CallGasLimit + 1 });
        yield return ("verificationGasLimit", operation => operation with { VerificationGasLimit = operation.VerificationGasLimit + 1 });
        yield return ("preVerificationGas", operation => operation with { PreVerificationGas = operation.PreVerificationGas + 1 });
        yield return ("maxFeePerGas", operation => operation with { MaxFeePerGas = operation.MaxFeePerGas + 1 });
        yield return ("maxPriorityFeePerGas", operation => operation with { MaxPriorityFeePerGas = operation.MaxPriorityFeePerGas - 1 });
        yield return ("nonce", operation => operation with { Nonce = new UserOperationNonce(7, 0).Value });
        yield return ("initCode", operation => operation with { FactoryData = Bytes.Concat(operation.FactoryData, Bytes.Parse("0x00")) });
        yield return ("validUntil", operation => operation with { PaymasterData = Flipped(operation.PaymasterData, 1) });
        yield return ("validAfter", operation => operation with { PaymasterData = Flipped(operation.PaymasterData, 11) });
        yield return ("grantId", operation => operation with { PaymasterData = Flipped(operation.PaymasterData, 27) });
        if (version != EntryPointVersion.V06)
        {
            yield return ("paymasterVerificationGasLimit", operation =>
                operation with { PaymasterVerificationGasLimit = operation.PaymasterVerificationGasLimit + 1 });
        }
    }

    private static Bytes Flipped(Bytes data, int index)
    {
        byte[] changed = data.Span.ToArray();
        changed[index] ^= 1;
        return Bytes.From(changed);
    }

    /// <summary>The other signature of the same key for the same message: order − s, and the other v.</summary>
    private static Bytes Mirrored(Bytes signature)
    {
        UInt256 order = UInt256.ParseHex("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
        byte[] changed = signature.Span.ToArray();
        (order - UInt256.FromBigEndian(changed.AsSpan(32, 32))).WriteBigEndian(changed.AsSpan(32, 32));
        changed[64] = (byte)(27 + 28 - changed[64]);
        return Bytes.From(changed);
    }

    private static Hash32 Padded(Bytes id)
    {
        byte[] word = new byte[Hash32.Size];
        id.Span.CopyTo(word);
        return new Hash32(word);
    }
}
