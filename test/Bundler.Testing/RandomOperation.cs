using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Testing;

/// <summary>Seeded random operations that a version's codec can carry, with zeros and empty fields more often than chance would have them.</summary>
public static class RandomOperation
{
    private const int GasOrFeeBits = 120;
    private const int MaxDataLength = 200;

    public static UserOperation NextOperation(this Random random, EntryPointVersion version)
    {
        UserOperation operation = new()
        {
            Sender = random.Entity(),
            Nonce = random.Number(256),
            CallData = random.Data(),
            CallGasLimit = random.Number(GasOrFeeBits),
            VerificationGasLimit = random.Number(GasOrFeeBits),
            PreVerificationGas = random.Number(GasOrFeeBits),
            MaxFeePerGas = random.Number(GasOrFeeBits),
            MaxPriorityFeePerGas = random.Number(GasOrFeeBits),
            Signature = random.Data(),
        };
        if (random.Next(2) == 0)
        {
            bool marker = version >= EntryPointVersion.V08 && random.Next(2) == 0;
            operation = operation with { Factory = marker ? Eip7702Marker.Address : random.Entity(), FactoryData = random.Data() };
        }

        return random.Next(2) == 0 ? operation : random.WithPaymaster(operation, version);
    }

    /// <summary>A well-formed tuple that nobody signed.</summary>
    public static Authorization NextAuthorization(this Random random) => new(
        random.Number(256), random.Entity(), (ulong)random.Number(64), (byte)random.Next(2), random.Number(256), random.Number(256));

    private static UserOperation WithPaymaster(this Random random, UserOperation operation, EntryPointVersion version)
    {
        bool limits = version >= EntryPointVersion.V07;
        return operation with
        {
            Paymaster = random.Entity(),
            PaymasterData = random.Data(),
            PaymasterVerificationGasLimit = limits ? random.Number(GasOrFeeBits) : 0,
            PaymasterPostOpGasLimit = limits ? random.Number(GasOrFeeBits) : 0,
            PaymasterSignature = version == EntryPointVersion.V09 && random.Next(2) == 0 ? random.Data() : null,
        };
    }

    private static Address Entity(this Random random) => new(random.Octets(Address.Size));

    private static UInt256 Number(this Random random, int bits) => random.Next(8) switch
    {
        0 => UInt256.Zero,
        1 => UInt256.MaxValue >> (256 - bits),
        _ => UInt256.FromBigEndian(random.Octets(Hash32.Size)) >> (256 - bits + random.Next(bits)),
    };

    private static Bytes Data(this Random random) => Bytes.Own(random.Octets(random.Next(3) == 0 ? 0 : random.Next(MaxDataLength)));

    private static byte[] Octets(this Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
