using Bundler.Node.Configuration;
using Bundler.Node.Startup;
using Bundler.Signing;
using Bundler.Signing.KeyServices;
using Bundler.Signing.LocalKey;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Node.Commands;

/// <summary>Prints every configured key and its address, as its file or its service says; needs no Ethereum node.</summary>
internal static class SignersCommand
{
    private const int Column = 26;

    public static async Task<int> RunAsync(LayerReader layers, TextWriter output, TextWriter errors)
    {
        IConfigurationRoot configuration = layers.Combine();
        try
        {
            SigningOptions options = configuration.GetSection(SigningOptions.Section).Get<SigningOptions>() ?? new SigningOptions();
            KeyServiceOptions services = configuration.GetSection(KeyServiceOptions.Section).Get<KeyServiceOptions>() ?? new KeyServiceOptions();
            return layers.Faults.Concat(SignerListing.Faults(options)).ToArray() is { Length: > 0 } faults
                ? Refusal.List(errors, faults)
                : await ListAsync(options, services.ToPolicy(), output);
        }
        catch (Exception fault) when (fault is KeyFileException or InvalidOperationException)
        {
            // The configuration binder names the key whose value cannot be read.
            return Refusal.List(errors, [fault.Message]);
        }
    }

    private static async Task<int> ListAsync(SigningOptions options, KeyServicePolicy policy, TextWriter output)
    {
        SignerSurroundings surroundings = new(policy, TimeProvider.System, NullLoggerFactory.Instance);
        IReadOnlyList<ListedSigner> signers = await SignerListing.ReadAsync(options, surroundings, CancellationToken.None);
        foreach (ListedSigner signer in signers)
        {
            string address = signer.Address?.ToString() ?? "(unknown)";
            output.WriteLine($"{signer.Name.PadRight(Column)}{address}{(signer.Remark is { } remark ? $"  {remark}" : "")}");
        }

        if (signers.Count == 0)
        {
            output.WriteLine("No signer is configured.");
        }

        return signers.Any(signer => signer.IsFault) ? 1 : 0;
    }
}
