using System.Collections.Immutable;
using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>Accounts that look different during one call; immutable, <see cref="With(Address, AccountOverride)"/> gives another one.</summary>
public sealed class StateOverride
{
    private readonly ImmutableDictionary<Address, AccountOverride> _accounts;

    private StateOverride(ImmutableDictionary<Address, AccountOverride> accounts) => _accounts = accounts;

    public static StateOverride Empty { get; } = new(ImmutableDictionary<Address, AccountOverride>.Empty);

    public bool IsEmpty => _accounts.IsEmpty;

    public IReadOnlyDictionary<Address, AccountOverride> Accounts => _accounts;

    /// <summary>One account.</summary>
    public static StateOverride Of(Address address, AccountOverride account) => Empty.With(address, account);

    /// <summary>As this, with an account set or replaced.</summary>
    public StateOverride With(Address address, AccountOverride account) => new(_accounts.SetItem(address, account));

    /// <summary>As this, with an account changed from what is set for it so far.</summary>
    public StateOverride With(Address address, Func<AccountOverride, AccountOverride> change) =>
        With(address, change(_accounts.GetValueOrDefault(address) ?? new AccountOverride()));

    /// <summary>geth's form, as callers send it: { address: { balance, nonce, code, state, stateDiff } }.</summary>
    /// <exception cref="CodecException">Malformed, with the path.</exception>
    public static StateOverride Read(JsonElement json)
    {
        StateOverride state = Empty;
        foreach (JsonProperty account in json.EnumerateObject())
        {
            state = state.With(Address.Parse(account.Name), EthereumJson.Read(account.Value, account.Name, AccountOverride.Read));
        }

        return state;
    }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach ((Address address, AccountOverride account) in _accounts)
        {
            writer.WritePropertyName(address.ToLowerHex());
            account.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
