using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.TypedData;

/// <summary>EIP-712's EIP712Domain; a field that is null is not part of the domain's type.</summary>
public sealed record Eip712Domain
{
    public string? Name { get; init; }

    public string? Version { get; init; }

    public UInt256? ChainId { get; init; }

    public Address? VerifyingContract { get; init; }

    public Hash32? Salt { get; init; }

    /// <summary>hashStruct of the domain.</summary>
    public Hash32 Separator()
    {
        List<Eip712Field> fields = [];
        Dictionary<string, object> values = [];
        Add("name", "string", Name);
        Add("version", "string", Version);
        Add("chainId", "uint256", ChainId);
        Add("verifyingContract", "address", VerifyingContract);
        Add("salt", "bytes32", Salt);
        return Eip712Hash.Struct(new Dictionary<string, IReadOnlyList<Eip712Field>> { ["EIP712Domain"] = fields }, "EIP712Domain", values);

        void Add(string name, string type, object? value)
        {
            if (value is not null)
            {
                fields.Add(new Eip712Field(name, type));
                values.Add(name, value);
            }
        }
    }
}
