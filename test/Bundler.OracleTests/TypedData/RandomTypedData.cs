using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.TypedData;
using Bundler.OracleTests.Abi;
using Nethereum.ABI.EIP712;

namespace Bundler.OracleTests.TypedData;

/// <summary>Random typed data of EIP-712 for both: plain members, structs in structs, arrays of either, and a domain with or without each of its fields.</summary>
internal sealed class RandomTypedData
{
    private const int MaxMembers = 5;
    private const int MaxItems = 4;
    private static readonly string[] _structs = ["Root", "Alpha", "Beta", "Gamma"];

    private readonly Random _random;
    private readonly Dictionary<string, (string Name, string Type)[]> _types = [];

    public RandomTypedData(Random random)
    {
        _random = random;
        for (int i = _structs.Length - 1; i >= 0; i--)
        {
            int depth = i;
            _types[_structs[i]] = [.. Enumerable.Range(0, random.Next(1, MaxMembers)).Select(member => ($"m{member}", MemberType(depth)))];
        }

        (Values, Message) = Struct(_structs[0]);
        Domain = new Eip712Domain
        {
            Name = random.Text(), Version = random.Next(10).ToString(System.Globalization.CultureInfo.InvariantCulture), ChainId = random.Number(64), VerifyingContract = random.Account(),
        };
    }

    public Eip712Domain Domain { get; }

    public IReadOnlyDictionary<string, object> Values { get; }

    public MemberValue[] Message { get; }

    public static string PrimaryType => _structs[0];

    public IReadOnlyDictionary<string, IReadOnlyList<Eip712Field>> Types =>
        _types.ToDictionary(type => type.Key, type => (IReadOnlyList<Eip712Field>)[.. type.Value.Select(member => new Eip712Field(member.Name, member.Type))]);

    public TypedData<Domain> Theirs => new()
    {
        Domain = new Domain { Name = Domain.Name, Version = Domain.Version, ChainId = Domain.ChainId!.Value.ToBigInteger(), VerifyingContract = Domain.VerifyingContract.ToString() },
        PrimaryType = PrimaryType,
        Message = Message,
        Types = _types.Append(new("EIP712Domain", [("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address")]))
            .ToDictionary(type => type.Key, type => type.Value.Select(member => new MemberDescription { Name = member.Name, Type = member.Type }).ToArray()),
    };

    private string MemberType(int depth)
    {
        string core = depth < _structs.Length - 1 && _random.Next(3) == 0 ? _structs[_random.Next(depth + 1, _structs.Length)] : Atomic();
        return _random.Next(4) == 0 ? $"{core}[]" : core;
    }

    private string Atomic() => _random.Next(7) switch
    {
        0 => $"uint{8 * _random.Next(1, 33)}",
        1 => $"int{8 * _random.Next(1, 33)}",
        2 => "address",
        3 => "bool",
        4 => $"bytes{_random.Next(1, 33)}",
        5 => "bytes",
        _ => "string",
    };

    private (Dictionary<string, object> Ours, MemberValue[] Theirs) Struct(string name)
    {
        (string Name, object Ours, MemberValue Theirs)[] members = [.. _types[name].Select(member =>
        {
            (object ours, object theirs) = Value(member.Type);
            return (member.Name, ours, new MemberValue { TypeName = member.Type, Value = theirs });
        })];
        return (members.ToDictionary(member => member.Name, member => member.Ours), [.. members.Select(member => member.Theirs)]);
    }

    private (object Ours, object Theirs) Value(string type)
    {
        if (type.EndsWith("[]", StringComparison.Ordinal))
        {
            (object Ours, object Theirs)[] items = [.. Enumerable.Range(0, _random.Next(MaxItems)).Select(_ => Value(type[..^2]))];
            return (items.Select(item => item.Ours).ToList(), items.Select(item => item.Theirs).ToList());
        }

        return _types.ContainsKey(type) ? Struct(type) : Plain(type);
    }

    private (object Ours, object Theirs) Plain(string type)
    {
        AbiCase value = AbiCase.Of(Ethereum.Abi.AbiType.Parse(type), _random);
        return (value.Ours, value.Theirs);
    }
}
