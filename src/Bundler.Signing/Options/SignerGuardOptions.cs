using System.ComponentModel.DataAnnotations;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.Guard;
using Microsoft.Extensions.Options;

namespace Bundler.Signing;

/// <summary>What a key may sign at most (S0-14); chain, EntryPoints and beneficiary follow from the rest of the configuration.</summary>
public sealed class SignerGuardOptions
{
    public const string Section = "Bundler:SignerGuard";

    /// <summary>wei for each unit of gas.</summary>
    [Range(1, long.MaxValue)]
    public long MaxFeePerGasWei { get; set; } = 1_000_000_000_000;

    /// <summary>Gas of a bundle; 0: the most that a transaction may have on this chain.</summary>
    [Range(0, 1_000_000_000)]
    public long MaxBundleGas { get; set; }

    /// <summary>How far a nonce may lie from the account's, in both directions.</summary>
    [Range(1, 10_000)]
    public int NonceWindow { get; set; } = 16;

    /// <summary>Signatures of one key within any minute.</summary>
    [Range(1, 100_000)]
    public int MaxPerMinute { get; set; } = 1_200;

    /// <summary>EIP-7702 authorizations in a bundle.</summary>
    [Range(0, 10_000)]
    public int MaxAuthorizations { get; set; } = 128;

    /// <summary>Addresses that may get a bundle's fees, besides the signer itself and Bundler:Bundling:Beneficiary.</summary>
    public IList<string> Beneficiaries { get; } = [];

    /// <summary>Gas of a transfer to the treasury (Bundler:Funds), which may be a contract.</summary>
    [Range(21_000, 1_000_000)]
    public int MaxTransferGas { get; set; } = 60_000;

    /// <param name="chainId">EIP-155.</param>
    /// <param name="transactionGasLimit">The most that a transaction may have on this chain.</param>
    /// <param name="entryPoints">Those that are served.</param>
    /// <param name="beneficiary">The configured one; null: the signer of the bundle.</param>
    /// <exception cref="CodecException">An address or an amount is malformed; the options are to be validated first.</exception>
    public SignerGuardLimits ToLimits(UInt256 chainId, ulong transactionGasLimit, IReadOnlyList<GuardedEntryPoint> entryPoints, Address? beneficiary)
    {
        HashSet<Address> beneficiaries = [.. Beneficiaries.Select(address => Address.Parse(address))];
        if (beneficiary is { } configured)
        {
            beneficiaries.Add(configured);
        }

        return new SignerGuardLimits
        {
            ChainId = chainId,
            EntryPoints = entryPoints,
            Beneficiaries = beneficiaries,
            MaxBundleGas = MaxBundleGas == 0 ? transactionGasLimit : (ulong)MaxBundleGas,
            MaxFeePerGas = (ulong)MaxFeePerGasWei,
            NonceWindow = (ulong)NonceWindow,
            MaxPerMinute = MaxPerMinute,
            MaxAuthorizations = MaxAuthorizations,
            MaxTransferGas = (ulong)MaxTransferGas,
        };
    }
}

/// <summary>Generated from the attributes.</summary>
[OptionsValidator]
internal sealed partial class SignerGuardOptionsValidator : IValidateOptions<SignerGuardOptions>;

/// <summary>The addresses of the guard's options are readable.</summary>
internal sealed class SignerGuardAddresses : IValidateOptions<SignerGuardOptions>
{
    public ValidateOptionsResult Validate(string? name, SignerGuardOptions options)
    {
        try
        {
            options.ToLimits(UInt256.One, 1, [], beneficiary: null);
            return ValidateOptionsResult.Success;
        }
        catch (CodecException fault)
        {
            return ValidateOptionsResult.Fail($"Beneficiaries: {fault.Message}");
        }
    }
}
