using System.Net;
using Bundler.Paymaster.Access;
using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Keys;
using Bundler.Testing;

namespace Bundler.Tests.Paymaster.Access;

/// <summary>Checklist row 24: who may ask to be sponsored.</summary>
public sealed class KeyAccessTests
{
    [TestCase(false, SponsorReason.SenderIneligible)]
    [TestCase(true, null)]
    public async Task Without_a_key_nobody_may_ask_but_on_a_development_chain_of_ones_own(bool isOpen, SponsorReason? reason)
    {
        KeyAccess access = new(new KeyDesk(new MemoryApiKeyStore(), new KeyPolicy(isOpen), TimeProvider.System));
        PresentedKey.Current = new PresentedKey(null, null, IPAddress.Loopback);

        SponsorAccess who = await access.AskAsync(CancellationToken.None);

        Assert.That((who.Refusal?.Reason, who.Key), Is.EqualTo((reason, (string?)null)));
    }
}
