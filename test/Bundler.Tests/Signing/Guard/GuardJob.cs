using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Signing.Guard;
using Bundler.Testing;

namespace Bundler.Tests.Signing;

/// <summary>A guarded key's job in the tests: BSC, two EntryPoints, a treasury, another signer to top up, account nonce 100.</summary>
internal static class GuardJob
{
    public const ulong Nonce = 100;
    public const ulong Window = 16;
    public const ulong MaxGas = 20_000_000;

    public static readonly PrivateKey Key = PrivateKey.Parse(DevAccounts.All[0].PrivateKey);
    public static readonly Address Signer = DevAccounts.All[0].Address;
    public static readonly Address Treasury = DevAccounts.All[1].Address;
    public static readonly Address OtherSigner = DevAccounts.All[2].Address;
    public static readonly Address Beneficiary = DevAccounts.All[3].Address;
    public static readonly Address Stranger = DevAccounts.All[9].Address;
    public static readonly UInt256 ChainId = 56;
    public static readonly UInt256 Gwei = 1_000_000_000;
    public static readonly UInt256 Ether = Gwei * Gwei;
    public static readonly UInt256 MaxFee = Gwei * 20;

    public static readonly SignerGuardLimits Limits = new()
    {
        ChainId = ChainId,
        EntryPoints = [GuardedEntryPoint.OfV06(Deployments.EntryPointV06), GuardedEntryPoint.OfV07(Deployments.EntryPointV07)],
        Beneficiaries = new HashSet<Address> { Beneficiary },
        MaxBundleGas = MaxGas,
        MaxFeePerGas = MaxFee,
        NonceWindow = Window,
        MaxPerMinute = 1_000,
        MaxAuthorizations = 2,
        Transfers =
        [
            new TransferAllowance(new HashSet<Address> { Treasury }, Ether * 10, Ether * 25),
            new TransferAllowance(new HashSet<Address> { Signer, OtherSigner }, Ether / 10, Ether / 4),
        ],
        MaxTransferGas = 60_000,
    };

    /// <summary>handleOps([], beneficiary), or another function with the same two words.</summary>
    public static Bytes Call(uint selector, Address beneficiary)
    {
        byte[] data = new byte[4 + 3 * 32];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(data, selector);
        data[4 + 31] = 0x40;
        beneficiary.Span.CopyTo(data.AsSpan(4 + 32 + 12));
        return Bytes.Own(data);
    }

    public static FeeMarketTransaction Bundle() => new()
    {
        ChainId = ChainId,
        Nonce = Nonce,
        GasLimit = 1_000_000,
        To = Deployments.EntryPointV07,
        Data = Call(0x765e827f, Signer),
        MaxFeePerGas = Gwei,
        MaxPriorityFeePerGas = Gwei,
    };

    public static FeeMarketTransaction BundleV06() => Bundle() with { To = Deployments.EntryPointV06, Data = Call(0x1fad948c, Signer) };

    public static FeeMarketTransaction Cancellation() => Bundle() with { To = Signer, Data = Bytes.Empty, GasLimit = 21_000 };

    public static FeeMarketTransaction Sweep() => Cancellation() with { To = Treasury, Value = Ether };

    public static FeeMarketTransaction TopUp() => Sweep() with { To = OtherSigner, Value = Ether / 10 };

    public static SetCodeTransaction Delegating(params Authorization[] authorizations) => new()
    {
        ChainId = ChainId,
        Nonce = Nonce,
        GasLimit = 1_000_000,
        To = Deployments.EntryPointV07,
        Data = Call(0x765e827f, Signer),
        MaxFeePerGas = Gwei,
        MaxPriorityFeePerGas = Gwei,
        AuthorizationList = authorizations,
    };

    public static Authorization AuthorizationOf(int account)
    {
        using PrivateKey key = PrivateKey.Parse(DevAccounts.All[account].PrivateKey);
        return Authorization.Sign(key, ChainId, Stranger, 0);
    }

    public static LegacyTransaction Legacy() => new()
    {
        ChainId = ChainId,
        Nonce = Nonce,
        GasLimit = 1_000_000,
        To = Deployments.EntryPointV07,
        Data = Call(0x765e827f, Signer),
        GasPrice = Gwei,
    };
}
