using System.Text.Json;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>What prestateTracer says in its diffMode: {pre, post}, both by address; post has what changed, and lacks the slots that became zero. Pure.</summary>
internal static class StateDiffJson
{
    /// <summary>A state with the changes on top.</summary>
    /// <exception cref="CodecException">Not such a difference.</exception>
    public static StateOverride Apply(JsonElement diff, StateOverride state)
    {
        foreach (JsonProperty member in Object(diff, "post").EnumerateObject())
        {
            Address address = Address.Parse(member.Name);
            Dictionary<Hash32, Hash32> slots = [];
            foreach (JsonProperty cleared in Storage(Object(diff, "pre"), member.Name))
            {
                slots[Hash32.Parse(cleared.Name)] = Hash32.Zero;
            }

            foreach (JsonProperty written in Storage(Object(diff, "post"), member.Name))
            {
                slots[Hash32.Parse(written.Name)] = Hash32.Parse(written.Value.GetString() ?? "");
            }

            state = state.With(address, account => Changed(account, member.Value, slots));
        }

        return state;
    }

    /// <summary>What a slot held before, if it changed and was not empty; else zero.</summary>
    public static Hash32 Before(JsonElement diff, Address address, Hash32 slot)
    {
        foreach (JsonProperty member in Object(diff, "pre").EnumerateObject().Where(member => Address.Parse(member.Name) == address))
        {
            foreach (JsonProperty known in Storage(Object(diff, "pre"), member.Name).Where(known => Hash32.Parse(known.Name) == slot))
            {
                return Hash32.Parse(known.Value.GetString() ?? "");
            }
        }

        return Hash32.Zero;
    }

    /// <summary>What changed: each slot, balance, nonce and code by its place, with what it became.</summary>
    /// <exception cref="CodecException">Not such a difference.</exception>
    public static IEnumerable<(string Place, string Value)> Changes(JsonElement diff)
    {
        JsonElement post = Object(diff, "post");
        foreach (JsonProperty before in Object(diff, "pre").EnumerateObject())
        {
            foreach (JsonProperty slot in Storage(Object(diff, "pre"), before.Name))
            {
                yield return ($"{before.Name} {slot.Name}", "");
            }
        }

        foreach (JsonProperty after in post.EnumerateObject())
        {
            foreach (JsonProperty slot in Storage(post, after.Name))
            {
                yield return ($"{after.Name} {slot.Name}", slot.Value.ToString());
            }

            foreach (JsonProperty field in after.Value.EnumerateObject().Where(field => field.Value.ValueKind != JsonValueKind.Object))
            {
                yield return ($"{after.Name} {field.Name}", field.Value.ToString());
            }
        }
    }

    /// <summary>An account with some slots on top of those that are overridden already.</summary>
    public static AccountOverride WithSlots(AccountOverride account, IReadOnlyDictionary<Hash32, Hash32> slots)
    {
        bool hasWhole = account.State is not null;
        Dictionary<Hash32, Hash32> merged = new(account.State ?? account.StateDiff ?? slots);
        foreach ((Hash32 slot, Hash32 value) in slots)
        {
            merged[slot] = value;
        }

        return account with { State = hasWhole ? merged : null, StateDiff = hasWhole || merged.Count == 0 ? null : merged };
    }

    private static AccountOverride Changed(AccountOverride account, JsonElement post, Dictionary<Hash32, Hash32> slots) => WithSlots(account, slots) with
    {
        Balance = post.TryGetProperty("balance"u8, out JsonElement balance) ? UInt256.ParseHex(balance.GetString()) : account.Balance,
        Code = post.TryGetProperty("code"u8, out JsonElement code) ? Bytes.Parse(code.GetString()) : account.Code,
    };

    private static JsonElement Object(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.Object
            ? member
            : throw new CodecException(name, "expected an object in a prestateTracer's difference");

    private static IEnumerable<JsonProperty> Storage(JsonElement accounts, string address) =>
        accounts.TryGetProperty(address, out JsonElement account) && account.TryGetProperty("storage"u8, out JsonElement storage)
            ? storage.EnumerateObject()
            : [];
}
