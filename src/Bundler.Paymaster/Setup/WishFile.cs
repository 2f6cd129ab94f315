using System.Text.Json;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>What a wish may leave out.</summary>
/// <param name="EntryPoints">Those that are known on the chain.</param>
/// <param name="Stake">MIN_STAKE_VALUE of the chain, wei.</param>
/// <param name="UnstakeDelaySec">MIN_UNSTAKE_DELAY of the chain, seconds.</param>
public sealed record WishDefaults(IReadOnlyList<EntryPoint> EntryPoints, UInt256 Stake, uint UnstakeDelaySec);

/// <summary>
/// A wish as JSON: <c>entryPoint</c>, <c>flavour</c> (set or immutable), <c>owner</c>, <c>manager</c> (the owner), <c>signers</c>, <c>maxCostPerOperation</c>, <c>deposit</c> (0), <c>stake</c> and
/// <c>unstakeDelaySec</c> (the chain's minimum in a set, else 0), <c>salt</c> (zero), <c>address</c> (none). Amounts are wei as text.
/// </summary>
public static class WishFile
{
    /// <summary>The largest file that is read, bytes.</summary>
    public const int MaxBytes = 65_536;

    private static readonly string[] Keys =
        ["entryPoint", "flavour", "owner", "manager", "signers", "maxCostPerOperation", "deposit", "stake", "unstakeDelaySec", "salt", "address"];

    /// <returns>The wish, or what is wrong with it: one sentence for each.</returns>
    public static (PaymasterWish? Wish, IReadOnlyList<string> Faults) Parse(string json, WishDefaults defaults)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            WishFields fields = new(document.RootElement);
            string[] unknown = [.. fields.Names.Except(Keys).Select(name => $"{name} is not a key of a wish: {string.Join(", ", Keys)} are")];
            PaymasterWish? wish = Read(fields, defaults);
            string[] faults = [.. unknown, .. fields.Faults, .. wish?.Faults() ?? []];
            return faults.Length == 0 ? (wish, faults) : (null, faults);
        }
        catch (JsonException malformed)
        {
            return (null, [$"it is not JSON: {malformed.Message}"]);
        }
    }

    /// <summary><c>null</c> when a field that has to be there is not, or is malformed.</summary>
    private static PaymasterWish? Read(WishFields fields, WishDefaults defaults)
    {
        Address? entryPointAddress = fields.Address("entryPoint");
        EntryPoint? entryPoint = defaults.EntryPoints.FirstOrDefault(known => known.Address == entryPointAddress);
        if (entryPointAddress is { } address && entryPoint is null)
        {
            fields.Fault($"entryPoint {address} is none that is known on this chain (Bundler:Chain:EntryPoints)");
        }

        PaymasterFlavour flavour = fields.Flavour("flavour");
        bool isSet = flavour == PaymasterFlavour.Set;
        Address? owner = fields.Address("owner");
        Address? manager = fields.Address("manager", owner ?? default(Address));
        IReadOnlyList<Address> signers = fields.Addresses("signers");
        UInt256? ceiling = fields.Wei("maxCostPerOperation");
        UInt256? deposit = fields.Wei("deposit", UInt256.Zero);
        UInt256? stake = fields.Wei("stake", isSet ? defaults.Stake : UInt256.Zero);
        uint? delay = fields.Seconds("unstakeDelaySec", isSet ? defaults.UnstakeDelaySec : 0);
        Hash32? salt = fields.Hash("salt", Hash32.Zero);
        Address? place = fields.Has("address") ? fields.Address("address") : null;
        return fields.Faults.Count > 0 || entryPoint is null ? null : new PaymasterWish
        {
            EntryPoint = entryPoint,
            Flavour = flavour,
            Owner = owner!.Value,
            Manager = isSet ? manager!.Value : default,
            Signers = signers,
            MaxCostPerOperation = ceiling!.Value,
            Deposit = deposit!.Value,
            Stake = stake!.Value,
            UnstakeDelaySec = delay!.Value,
            Salt = salt!.Value,
            Address = place,
        };
    }
}
