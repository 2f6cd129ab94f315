using System.Diagnostics;
using System.Text.Json;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Contracts;

/// <summary>One of our contracts as the compiler made it: interface and code.</summary>
/// <param name="Name">The contract's name in its source.</param>
/// <param name="Abi">Its functions, events and errors.</param>
/// <param name="Bytecode">What deploys it, without constructor arguments.</param>
/// <param name="DeployedBytecode">What stands on the chain, but for its immutables.</param>
public sealed record ContractArtifact(string Name, AbiContract Abi, Bytes Bytecode, Bytes DeployedBytecode)
{
    /// <summary>Finds an operation's gas limits inside one eth_call; for state overrides, never deployed.</summary>
    public static ContractArtifact EstimationHelper { get; } = Embedded("EstimationHelper");

    /// <summary>Answers questions about accounts and contracts in the place of being deployed; <see cref="Bytecode"/> is the program.</summary>
    public static ContractArtifact StateReader { get; } = Embedded("StateReader");

    /// <summary>Answers storage slots; <see cref="Bytecode"/> stands in for a contract's code.</summary>
    public static ContractArtifact SlotReader { get; } = Embedded("SlotReader");

    /// <summary>Pays for what a set of signers grants on EntryPoint v0.6; needs a stake.</summary>
    public static ContractArtifact NodeVerifyingPaymasterV06 { get; } = Embedded("NodeVerifyingPaymasterV06");

    /// <summary>The same on EntryPoint v0.7, v0.8 and v0.9.</summary>
    public static ContractArtifact NodeVerifyingPaymasterV07 { get; } = Embedded("NodeVerifyingPaymasterV07");

    /// <summary>Pays for what one signer grants, for ever the same, on EntryPoint v0.6; needs no stake.</summary>
    public static ContractArtifact NodeImmutablePaymasterV06 { get; } = Embedded("NodeImmutablePaymasterV06");

    /// <summary>The same on EntryPoint v0.7, v0.8 and v0.9.</summary>
    public static ContractArtifact NodeImmutablePaymasterV07 { get; } = Embedded("NodeImmutablePaymasterV07");

    /// <summary>The artifact's JSON, as scripts/build-contracts writes it.</summary>
    /// <exception cref="CodecException">Not an artifact.</exception>
    public static ContractArtifact Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        return new ContractArtifact(
            root.GetProperty("contract").GetString()!,
            AbiContract.Parse(json),
            Bytes.Parse(root.GetProperty("bytecode").GetString()),
            Bytes.Parse(root.GetProperty("deployedBytecode").GetString()));
    }

    private static ContractArtifact Embedded(string name)
    {
        using Stream stream = typeof(ContractArtifact).Assembly.GetManifestResourceStream($"{name}.json")
            ?? throw new UnreachableException($"the artifact of {name} is not embedded");
        using StreamReader reader = new(stream);
        return Parse(reader.ReadToEnd());
    }
}
