using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Ledger;
using Microsoft.Extensions.Options;

namespace Bundler.Paymaster.Options;

/// <summary>The paymasters of the configuration are readable and make sense together.</summary>
internal sealed class SponsorOptionsPaymasters : IValidateOptions<SponsorOptions>
{
    public ValidateOptionsResult Validate(string? name, SponsorOptions options)
    {
        string[] faults = [.. options.Enabled ? Faults(options) : []];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(SponsorOptions options)
    {
        if (options.Paymasters.Count == 0)
        {
            yield return $"{nameof(SponsorOptions.Enabled)} without {nameof(SponsorOptions.Paymasters)}: name the contract that pays";
        }

        foreach ((string name, PaymasterOptions paymaster) in options.Paymasters)
        {
            foreach (string fault in Faults(paymaster))
            {
                yield return $"{nameof(SponsorOptions.Paymasters)}:{name}: {fault}";
            }
        }

        foreach (IGrouping<string, string> shared in options.Paymasters.GroupBy(each => each.Value.EntryPoint, each => each.Key, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1))
        {
            yield return $"{nameof(SponsorOptions.Paymasters)}: {string.Join(" and ", shared)} are of one EntryPoint, which has at most one";
        }

        foreach (IGrouping<Address, string> shared in options.Paymasters.Where(each => IsAddress(each.Value.Address))
            .GroupBy(each => Address.Parse(each.Value.Address), each => each.Key).Where(group => group.Count() > 1))
        {
            yield return $"{nameof(SponsorOptions.Paymasters)}: {string.Join(" and ", shared)} have one address, and a contract works with one EntryPoint";
        }
    }

    private static IEnumerable<string> Faults(PaymasterOptions paymaster)
    {
        foreach ((string key, string address) in new[]
                 {
                     (nameof(paymaster.Address), paymaster.Address), (nameof(paymaster.EntryPoint), paymaster.EntryPoint), (nameof(paymaster.Signer), paymaster.Signer),
                 })
        {
            if (!IsAddress(address))
            {
                yield return $"{key} must be an address, with its checksum where it has upper case";
            }
        }

        if (!GrantCodecCatalog.Kinds.Contains(paymaster.Kind))
        {
            yield return $"{nameof(paymaster.Kind)} must be one of {string.Join(", ", GrantCodecCatalog.Kinds)}";
        }

        if (LimitFault(paymaster) is { } fault)
        {
            yield return fault;
        }
    }

    /// <summary>S4-11: an operation ≤ an hour ≤ a day ≤ for ever. Whoever writes 0 may mean all or nothing.</summary>
    private static string? LimitFault(PaymasterOptions paymaster)
    {
        try
        {
            if (paymaster.Budgets().FirstOrDefault(limit => limit.Count == 0 || limit.Wei == UInt256.Zero) is { } nothing)
            {
                return $"{nothing.Name} of 0 would grant nothing: leave it empty where there is to be no limit";
            }

            GrantLimit[] wei = [.. paymaster.Budgets().Where(limit => limit is { Scope: GrantScope.Paymaster, Wei: not null }).OrderBy(limit => limit.Period)];
            GrantLimit[] counts = [.. paymaster.Budgets().Where(limit => limit is { Scope: GrantScope.Paymaster, Count: not null }).OrderBy(limit => limit.Period)];
            return wei.Zip(wei.Skip(1)).Where(pair => pair.First.Wei > pair.Second.Wei)
                .Concat(counts.Zip(counts.Skip(1)).Where(pair => pair.First.Count > pair.Second.Count))
                .Select(pair => $"{pair.First.Name} must not be more than {pair.Second.Name}").FirstOrDefault();
        }
        catch (CodecException malformed)
        {
            return $"an amount is malformed: {malformed.Message}";
        }
    }

    private static bool IsAddress(string text)
    {
        try
        {
            _ = Address.ParseChecksummed(text);
            return true;
        }
        catch (CodecException)
        {
            return false;
        }
    }
}
