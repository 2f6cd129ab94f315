using Bundler.Engine.Chain;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Options;
using Bundler.Signing.Grants;
using Microsoft.Extensions.Options;

namespace Bundler.Paymaster.Contracts;

/// <summary>The paymasters that this node signs for, in the order of the configuration; empty when it does not sponsor.</summary>
public sealed class Paymasters(SponsorSwitch isOn, IOptions<SponsorOptions> options, ServedEntryPoints served, ChainProfile chain, GrantKeyring keys)
{
    public IReadOnlyList<SponsoredPaymaster> All { get; } =
        [.. isOn.IsOn ? options.Value.Paymasters.Select(each => Of(each.Key, each.Value, served, chain, keys)).OfType<SponsoredPaymaster>() : []];

    /// <summary>What the configuration names and the node cannot use: one sentence for each.</summary>
    public static IEnumerable<string> Faults(SponsorOptions options, IReadOnlyList<EntryPoint> served, IReadOnlyCollection<Address> grantKeys, IReadOnlyCollection<Address> bundlerKeys)
    {
        foreach (Address shared in grantKeys.Intersect(bundlerKeys))
        {
            yield return $"The key {shared} signs bundles and grants: a paymaster's signer must be another key than a bundler's.";
        }

        foreach ((string name, PaymasterOptions paymaster) in options.Paymasters)
        {
            Address entryPoint = Address.Parse(paymaster.EntryPoint);
            if (served.FirstOrDefault(each => each.Address == entryPoint) is not { } known)
            {
                yield return $"The paymaster {name} is for EntryPoint {entryPoint}, which the node does not serve.";
            }
            else if (GrantCodecCatalog.Find(paymaster.Kind, known.Version) is not { } codec)
            {
                yield return $"The paymaster {name} is of the kind {paymaster.Kind}, which is not known for EntryPoint {known.VersionText}.";
            }
            else if (codec.CountsGrants)
            {
                yield return $"The paymaster {name} counts the grants of each sender, so that two of them exclude each other: the node does not sign for such a contract.";
            }

            if (!grantKeys.Contains(Address.Parse(paymaster.Signer)))
            {
                yield return $"The paymaster {name} has the signer {paymaster.Signer}, and no key of {GrantSigningOptions.Section} has that address.";
            }
        }
    }

    /// <summary>The one that pays on an EntryPoint.</summary>
    public SponsoredPaymaster? Find(Address entryPoint) => All.FirstOrDefault(each => each.Site.EntryPoint.Address == entryPoint);

    private static SponsoredPaymaster? Of(string name, PaymasterOptions options, ServedEntryPoints served, ChainProfile chain, GrantKeyring keys) =>
        served.Find(Address.Parse(options.EntryPoint)) is { } entryPoint
            && GrantCodecCatalog.Find(options.Kind, entryPoint.Version) is { CountsGrants: false } codec
            && keys.Find(Address.Parse(options.Signer)) is { } signer
            ? new SponsoredPaymaster(
                name, new GrantSite(entryPoint, Address.Parse(options.Address), chain.ChainId), codec, signer, options.Budgets(), options.AcceptUnknownCode)
            : null;
}
