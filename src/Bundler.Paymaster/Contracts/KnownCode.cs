using Bundler.Contracts;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;

namespace Bundler.Paymaster.Contracts;

/// <summary>S0-04: the code of the paymasters that we know, whatever their immutables are.</summary>
public static class KnownCode
{
    private const byte Push1 = 0x60;
    private const byte Push32 = 0x7f;

    /// <summary>Whether this is the runtime code of a contract of that kind.</summary>
    public static bool Is(string kind, EntryPointVersion version, ReadOnlySpan<byte> code) => Find(Of(kind, version), code) is not null;

    /// <summary>Whose runtime code this is, of our own contracts; <c>null</c>: none of theirs.</summary>
    public static ContractArtifact? Find(EntryPointVersion version, ReadOnlySpan<byte> code) => Find(Of(NodeGrantCodec.Name, version), code);

    private static ContractArtifact? Find(ContractArtifact[] artifacts, ReadOnlySpan<byte> code)
    {
        foreach (ContractArtifact artifact in artifacts)
        {
            if (Matches(artifact.DeployedBytecode.Span, code))
            {
                return artifact;
            }
        }

        return null;
    }

    private static ContractArtifact[] Of(string kind, EntryPointVersion version) => (kind, version) switch
    {
        (NodeGrantCodec.Name, EntryPointVersion.V06) => [ContractArtifact.NodeVerifyingPaymasterV06, ContractArtifact.NodeImmutablePaymasterV06],
        (NodeGrantCodec.Name, _) => [ContractArtifact.NodeVerifyingPaymasterV07, ContractArtifact.NodeImmutablePaymasterV07],
        _ => [],
    };

    /// <summary>An immutable is the operand of a PUSH32, and zero as long as the contract is not deployed; every other byte is the same.</summary>
    private static bool Matches(ReadOnlySpan<byte> compiled, ReadOnlySpan<byte> code)
    {
        if (compiled.Length != code.Length)
        {
            return false;
        }

        for (int i = 0; i < compiled.Length;)
        {
            if (compiled[i] != code[i])
            {
                return false;
            }

            int operand = compiled[i] is >= Push1 and <= Push32 ? Math.Min(compiled[i] - Push1 + 1, compiled.Length - i - 1) : 0;
            ReadOnlySpan<byte> expected = compiled.Slice(i + 1, operand);
            bool isImmutable = compiled[i] == Push32 && expected.IndexOfAnyExcept((byte)0) < 0;
            if (!isImmutable && !expected.SequenceEqual(code.Slice(i + 1, operand)))
            {
                return false;
            }

            i += 1 + operand;
        }

        return true;
    }
}
