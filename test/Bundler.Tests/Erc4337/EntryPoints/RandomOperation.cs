using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Tests.Ethereum;

namespace Bundler.Tests.Erc4337;

/// <summary>Seeded random operations that a version's codec can carry.</summary>
internal static class RandomOperation
{
    public static UserOperation NextOperation(this Random random, EntryPointVersion version)
    {
        UserOperation operation = new()
        {
            Sender = random.NextAddress(),
            Nonce = random.NextUInt256(),
            CallData = random.NextData(),
            CallGasLimit = random.NextGas(),
            VerificationGasLimit = random.NextGas(),
            PreVerificationGas = random.NextGas(),
            MaxFeePerGas = random.NextGas(),
            MaxPriorityFeePerGas = random.NextGas(),
            Signature = random.NextData(),
        };
        if (random.Next(2) == 0)
        {
            bool marker = version >= EntryPointVersion.V08 && random.Next(2) == 0;
            operation = operation with { Factory = marker ? Eip7702Marker.Address : random.NextAddress(), FactoryData = random.NextData() };
        }

        return random.Next(2) == 0 ? operation : random.WithPaymaster(operation, version);
    }

    public static Authorization NextAuthorization(this Random random) =>
        new(random.NextUInt256(), random.NextAddress(), random.NextUInt64(), (byte)random.Next(2), random.NextUInt256(), random.NextUInt256());

    private static UserOperation WithPaymaster(this Random random, UserOperation operation, EntryPointVersion version)
    {
        bool limits = version >= EntryPointVersion.V07;
        return operation with
        {
            Paymaster = random.NextAddress(),
            PaymasterData = random.NextData(),
            PaymasterVerificationGasLimit = limits ? random.NextGas() : 0,
            PaymasterPostOpGasLimit = limits ? random.NextGas() : 0,
            PaymasterSignature = version == EntryPointVersion.V09 && random.Next(2) == 0 ? random.NextData() : null,
        };
    }

    private static UInt256 NextGas(this Random random) => random.NextUInt256() >> 136;

    private static Bytes NextData(this Random random) => Bytes.From(random.NextBytes(random.Next(3) == 0 ? 0 : random.Next(200)));
}
