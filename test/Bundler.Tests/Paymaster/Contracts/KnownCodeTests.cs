using Bundler.Contracts;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Contracts;

namespace Bundler.Tests.Paymaster.Contracts;

/// <summary>S0-04: an unknown code is not signed for; immutables make none unknown.</summary>
public sealed class KnownCodeTests
{
    private const byte Push32 = 0x7f;

    private static readonly byte[] _code = ContractArtifact.NodeVerifyingPaymasterV07.DeployedBytecode.ToArray();

    [Test]
    public void The_code_with_its_immutables_filled_in_is_known()
    {
        byte[] deployed = [.. _code];
        int at = deployed.AsSpan().IndexOf([Push32, .. new byte[Hash32.Size]]);
        Assert.That(at, Is.Positive, "there is an immutable");
        deployed.AsSpan(at + 1, Hash32.Size).Fill(0xee);

        Assert.That(KnownCode.Is("node", EntryPointVersion.V07, deployed));
        Assert.That(KnownCode.Is("node", EntryPointVersion.V09, deployed));
        Assert.That(KnownCode.Is("node", EntryPointVersion.V06, deployed), Is.False);
        Assert.That(KnownCode.Is("pimlico", EntryPointVersion.V07, deployed), Is.False);
    }

    [Test]
    public void Any_other_byte_makes_it_unknown()
    {
        Random random = new(4);
        for (int i = 0; i < 200; i++)
        {
            byte[] changed = [.. _code];
            int at = random.Next(changed.Length);
            if (IsInImmutable(at))
            {
                continue;
            }

            changed[at] ^= 1;
            Assert.That(KnownCode.Is("node", EntryPointVersion.V07, changed), Is.False, $"byte {at}");
        }
    }

    [Test]
    public void Another_length_is_unknown() => Assert.That(KnownCode.Is("node", EntryPointVersion.V07, [.. _code, 0]), Is.False);

    private static bool IsInImmutable(int at) => Enumerable.Range(Math.Max(0, at - Hash32.Size), Hash32.Size)
        .Any(start => _code[start] == Push32 && start + 1 <= at && start + Hash32.Size < _code.Length && _code.AsSpan(start + 1, Hash32.Size).IndexOfAnyExcept((byte)0) < 0);
}
