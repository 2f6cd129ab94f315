namespace Bundler.Ethereum.TypedData;

/// <summary>A member of an EIP-712 struct type; <see cref="Type"/> is an ABI type, another struct's name, or an array of either.</summary>
public sealed record Eip712Field(string Name, string Type);
