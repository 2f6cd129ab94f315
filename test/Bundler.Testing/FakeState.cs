using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Contracts;
using Bundler.Engine.Validation;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Testing;

/// <summary>State for a <see cref="FakeNode"/>: it answers a <see cref="StateReader"/> as an EVM would that runs its two programs.</summary>
public sealed class FakeState
{
    /// <summary>Accounts that are there.</summary>
    public Dictionary<Address, (Bytes Code, UInt256 Balance)> Accounts { get; } = [];

    /// <summary>What all other accounts are; nothing, unless said otherwise.</summary>
    public (Bytes Code, UInt256 Balance)? Others { get; init; }

    /// <summary>Slots that are not zero.</summary>
    public Dictionary<(Address Contract, Hash32 Slot), Hash32> Slots { get; } = [];

    /// <summary>What contracts answer to calls; <c>null</c> is a revert.</summary>
    public Func<Address, Bytes, Bytes?> Calls { get; init; } = (_, _) => null;

    /// <summary>As nodes do that have never heard of state overrides and read two params only.</summary>
    public bool IgnoresOverrides { get; set; }

    public static bool IsAsked(JsonElement parameters) => Data(parameters).Span.StartsWith(ContractArtifact.StateReader.Bytecode.Span);

    /// <summary>Puts it behind eth_call and eth_getStorageAt.</summary>
    public FakeNode Script(FakeNode node) => node
        .On("eth_call", Call)
        .On("eth_getStorageAt", parameters => Slot(Address.Parse(parameters[0].GetString()), Hash32.Parse(parameters[1].GetString())).ToString());

    /// <summary>eth_call of a <see cref="StateReader"/>.</summary>
    public JsonNode Call(JsonElement parameters)
    {
        HashSet<Address> readers = IgnoresOverrides || parameters.GetArrayLength() < 3
            ? []
            : [.. parameters[2].EnumerateObject().Where(IsReader).Select(account => Address.Parse(account.Name))];
        ReadOnlySpan<byte> questions = Data(parameters).Span[ContractArtifact.StateReader.Bytecode.Length..];
        List<Bytes> answers = [Hash32.Zero.ToBytes()];
        while (!questions.IsEmpty)
        {
            int answerSize = BinaryPrimitives.ReadInt32BigEndian(questions[4..]);
            int callSize = BinaryPrimitives.ReadInt32BigEndian(questions[8..]);
            Address address = new(questions[12..32]);
            Bytes callData = Bytes.From(questions.Slice(32, callSize));
            Bytes? answer = answerSize == 0 ? Account(address) : readers.Contains(address) ? ReadSlots(address, callData) : Calls(address, callData);
            if (answerSize != 0 && answer?.Length != answerSize)
            {
                throw new JsonRpcException(new JsonRpcError(3, "execution reverted", JsonElement.Parse("\"0x\"")));
            }

            answers.Add(answer!.Value);
            questions = questions[(32 + callSize)..];
        }

        return Bytes.Concat([.. answers]).ToString();
    }

    private Bytes Account(Address address)
    {
        byte[] answer = new byte[StateQuestion.AccountSize];
        if ((Accounts.TryGetValue(address, out (Bytes Code, UInt256 Balance) found) ? found : Others) is { } account)
        {
            Keccak256.Hash(account.Code, answer.AsSpan(0, 32));
            account.Balance.WriteBigEndian(answer.AsSpan(32, 32));
            account.Code.Span[..Math.Min(32, account.Code.Length)].CopyTo(answer.AsSpan(64));
        }

        return Bytes.Own(answer);
    }

    private Bytes ReadSlots(Address contract, Bytes slots) =>
        Bytes.Concat([.. Enumerable.Range(0, slots.Length / 32).Select(at => Slot(contract, new Hash32(slots.Span.Slice(32 * at, 32))).ToBytes())]);

    private Hash32 Slot(Address contract, Hash32 slot) => Slots.GetValueOrDefault((contract, slot));

    private static bool IsReader(JsonProperty account) =>
        account.Value.GetProperty("code").GetString() == ContractArtifact.SlotReader.Bytecode.ToString();

    private static Bytes Data(JsonElement parameters) => Bytes.Parse(parameters[0].GetProperty("data").GetString());
}
