using Bundler.Ethereum.Primitives;

namespace Bundler.Testing;

/// <summary>What stands on every dev chain, as scripts/chain/deployments.mjs puts it there.</summary>
public static class Deployments
{
    public static Address EntryPointV06 { get; } = Address.Parse("0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789");

    public static Address EntryPointV07 { get; } = Address.Parse("0x0000000071727De22E5E9d8BAf0edAc6f37da032");

    public static Address EntryPointV08 { get; } = Address.Parse("0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108");

    /// <summary>Version 0.9.0-rc.1, which is other bytecode than the canonical v0.9 and therefore stands elsewhere.</summary>
    public static Address EntryPointV09 { get; } = Address.Parse("0xF57e9E98dA1EeD5f7e4D5c6e76050bB9B3a4e0dA");

    public static Address SimpleAccountFactoryV06 { get; } = Address.Parse("0x9406Cc6185a346906296840746125a0E44976454");

    public static Address SimpleAccountFactoryV07 { get; } = Address.Parse("0x91E60e0613810449d098b0b5Ec8b51A0FE8c8985");

    /// <summary>From v0.8 on the factory answers only its EntryPoint's SenderCreator: accounts come into being by an operation.</summary>
    public static Address SimpleAccountFactoryV08 { get; } = Address.Parse("0x13E9ed32155810FDbd067D4522C492D6f68E5944");

    /// <inheritdoc cref="SimpleAccountFactoryV08"/>
    public static Address SimpleAccountFactoryV09 { get; } = Address.Parse("0x519B5107474187799bD5B23677093c6BAaE3f30c");

    /// <summary>The deterministic deployment proxy: CREATE2 of its calldata, salt first.</summary>
    public static Address DeterministicDeployer { get; } = Address.Parse("0x4e59b44847b379578588920cA78FbF26c0B4956C");
}
