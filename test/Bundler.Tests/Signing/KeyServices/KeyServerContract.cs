using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.KeyServices;
using Bundler.Testing.Kms;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Signing;

/// <summary>What every key service over HTTP does, on top of <see cref="SignerContract"/>: each trouble is one fault, and it comes back by itself.</summary>
public abstract class KeyServerContract<TServer> : SignerContract
    where TServer : FakeKeyServer
{
    private static readonly KeyServicePolicy Quick = new()
    {
        MaxAttempts = 3,
        AttemptTimeout = TimeSpan.FromMilliseconds(500),
        FirstPause = TimeSpan.FromMilliseconds(1),
        MaxPause = TimeSpan.FromMilliseconds(2),
    };

    private TServer _server = null!;

    protected TServer Server => _server;

    protected abstract TServer CreateServer(SoftKey key);

    protected abstract IKeyService Open();

    [SetUp]
    public async Task BeginServer()
    {
        _server = CreateServer(SoftKey.Generate());
        await _server.StartAsync();
    }

    [TearDown]
    public async Task EndServer() => await _server.DisposeAsync();

    [Test]
    public async Task The_service_names_the_address_of_its_key()
    {
        IKeyService service = Open();
        using (service as IDisposable)
        {
            Assert.That(await service.ReadAddressAsync(CancellationToken.None), Is.EqualTo(Server.Key.Address));
        }
    }

    [TestCase(KmsTrouble.Throttled, SignerFault.Throttled)]
    [TestCase(KmsTrouble.Faulted, SignerFault.ServiceFaulted)]
    [TestCase(KmsTrouble.Drops, SignerFault.Unreachable)]
    [TestCase(KmsTrouble.Hangs, SignerFault.TimedOut)]
    [TestCase(KmsTrouble.TalksHtml, SignerFault.AnswerCorrupted)]
    [TestCase(KmsTrouble.Corrupts, SignerFault.AnswerCorrupted)]
    public async Task A_trouble_that_passes_is_survived_and_one_that_stays_is_named(KmsTrouble trouble, SignerFault fault)
    {
        using KeyServiceSigner signer = Signer();
        Server.Next(trouble, trouble);
        Assert.That(SignatureRecovery.Recover(Hash32.Zero, await SignAsync(signer)), Is.EqualTo(Server.Key.Address));

        Server.FromNowOn(trouble);
        int before = Server.Requests;
        SignerUnavailableException refusal = await RefusalAsync(signer);
        Assert.That((refusal.Fault, refusal.IsTransient, Server.Requests - before), Is.EqualTo((fault, true, 3)), refusal.Message);

        Server.FromNowOn(KmsTrouble.None);
        Assert.That(SignatureRecovery.Recover(Hash32.Zero, await SignAsync(signer)), Is.EqualTo(Server.Key.Address));
    }

    [TestCase(KmsTrouble.DeniesAccess, SignerFault.AccessDenied)]
    [TestCase(KmsTrouble.KeyDisabled, SignerFault.KeyDisabled)]
    [TestCase(KmsTrouble.KeyNotFound, SignerFault.KeyNotFound)]
    public async Task A_trouble_for_an_operator_is_named_at_once_and_signing_resumes_once_it_is_over(KmsTrouble trouble, SignerFault fault)
    {
        using KeyServiceSigner signer = Signer();
        Server.FromNowOn(trouble);

        int before = Server.Requests;
        SignerUnavailableException refusal = await RefusalAsync(signer);
        Assert.That((refusal.Fault, refusal.IsTransient, Server.Requests - before), Is.EqualTo((fault, false, 1)), refusal.Message);

        Server.FromNowOn(KmsTrouble.None);
        Assert.That(SignatureRecovery.Recover(Hash32.Zero, await SignAsync(signer)), Is.EqualTo(Server.Key.Address));
    }

    [Test]
    public async Task A_service_that_is_not_there_is_unreachable()
    {
        IKeyService service = Open();
        using KeyServiceSigner signer = Signer(service);
        await Server.DisposeAsync();

        SignerUnavailableException refusal = await RefusalAsync(signer);

        Assert.That((refusal.Fault, refusal.IsTransient), Is.EqualTo((SignerFault.Unreachable, true)), refusal.Message);
    }

    protected override (ISigner Signer, Address Address) Create() => (Signer(), Server.Key.Address);

    protected KeyServiceSigner Signer() => Signer(Open());

    protected static async Task<Signature> SignAsync(KeyServiceSigner signer) => await signer.SignAsync(Hash32.Zero, CancellationToken.None);

    private static async Task<SignerUnavailableException> RefusalAsync(KeyServiceSigner signer)
    {
        try
        {
            await SignAsync(signer);
            throw new AssertionException("it signed");
        }
        catch (SignerUnavailableException refusal)
        {
            return refusal;
        }
    }

    private KeyServiceSigner Signer(IKeyService service) =>
        new(service, Server.Key.Address, Quick, TimeProvider.System, NullLogger<KeyServiceSigner>.Instance);
}
