using Bundler.Engine.Submission;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Engine.Submission.Senders;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SenderChainTests
{
    private static readonly Guid Bundle = Guid.NewGuid();
    private static readonly OutgoingTransaction First = new(Bundle, Hash32.From(1), Bytes.Parse("0x01"));
    private static readonly OutgoingTransaction Second = new(Bundle, Hash32.From(2), Bytes.Parse("0x02"));

    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedSender _relay = new();
    private readonly ScriptedSender _other = new();
    private readonly ScriptedSender _open = new();
    private SenderRoute _relayRoute = null!;
    private SenderRoute _otherRoute = null!;
    private SenderRoute _openRoute = null!;

    [SetUp]
    public void SetUp()
    {
        _relayRoute = new SenderRoute("relay", "48club", IsPrivate: true, _relay, new SenderRecord(_clock));
        _otherRoute = new SenderRoute("other", "bloxroute", IsPrivate: true, _other, new SenderRecord(_clock));
        _openRoute = new SenderRoute("public", "public", IsPrivate: false, _open, new SenderRecord(_clock));
    }

    [Test]
    public async Task The_first_that_takes_it_is_the_only_one()
    {
        SenderChain chain = Chain(_relayRoute, _otherRoute, _openRoute);

        Assert.That(await chain.SendAsync(First, default), Is.TypeOf<SendResult.Accepted>());

        Assert.That((_relay.Sent.Count, _other.Sent.Count, _open.Sent.Count), Is.EqualTo((1, 0, 0)));
    }

    [Test]
    public async Task What_only_a_relay_has_is_not_expected_in_public_pools()
    {
        SenderChain chain = Chain(_relayRoute, _openRoute);
        await chain.SendAsync(First, default);
        bool atFirst = chain.IsPublic(Bundle);
        _relay.Refuses(SendErrorKind.Unknown);
        await chain.SendAsync(Second, default);

        Assert.That((atFirst, chain.IsPublic(Bundle)), Is.EqualTo((false, true)));
    }

    [Test]
    public void Only_relays_that_drop_what_reverts_without_a_public_way_leave_nothing_at_risk()
    {
        SenderRoute bundles = _relayRoute with { DropsReverts = true };

        Assert.That(Drops(TimeSpan.Zero, bundles), Is.True);
        Assert.That(Drops(TimeSpan.FromSeconds(4), bundles), Is.False);
        Assert.That(Drops(TimeSpan.Zero, bundles, _otherRoute), Is.False);
        Assert.That(Drops(TimeSpan.Zero, bundles, _openRoute), Is.False);

        bool Drops(TimeSpan publicAfter, params SenderRoute[] order) =>
            new SenderChain(order, _openRoute, publicAfter, NullLogger<SenderChain>.Instance, _clock).DropsReverts;
    }

    [TestCase(SendErrorKind.Unknown)]
    [TestCase(SendErrorKind.Underpriced)]
    public async Task A_refusal_goes_to_the_next(SendErrorKind kind)
    {
        _relay.Refuses(kind);

        Assert.That(await Chain(_relayRoute, _openRoute).SendAsync(First, default), Is.TypeOf<SendResult.Accepted>());
        Assert.That(_open.Sent, Has.Count.EqualTo(1));
        Assert.That(_relayRoute.Record.Numbers, Is.EqualTo(new SenderNumbers { Refused = 1 }));
    }

    [TestCase(SendErrorKind.ConditionalRejected)]
    [TestCase(SendErrorKind.NonceTooLow)]
    public async Task What_the_chain_says_everybody_would_say(SendErrorKind kind)
    {
        _relay.Refuses(kind);

        SendResult result = await Chain(_relayRoute, _openRoute).SendAsync(First, default);

        Assert.That(((SendResult.Refused)result).Refusal.Kind, Is.EqualTo(kind));
        Assert.That(_open.Sent, Is.Empty);
    }

    [Test]
    public async Task Silence_outweighs_refusals_because_it_may_have_arrived()
    {
        _relay.IsSilent();
        _open.Refuses(SendErrorKind.Underpriced);

        Assert.That(await Chain(_relayRoute, _openRoute).SendAsync(First, default), Is.TypeOf<SendResult.Unanswered>());
    }

    [Test]
    public async Task Already_known_is_taken()
    {
        _relay.Refuses(SendErrorKind.AlreadyKnown);

        Assert.That(await Chain(_relayRoute).SendAsync(First, default), Is.TypeOf<SendResult.Accepted>());
    }

    [Test]
    public async Task What_a_relay_swallows_goes_public_after_the_stated_time_and_stays_public()
    {
        SenderChain chain = Chain(_relayRoute);
        await chain.SendAsync(First, default);

        _clock.Advance(TimeSpan.FromSeconds(3.9));
        await chain.FallBackAsync(_ => true, default);
        Assert.That(_open.Sent, Is.Empty);

        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await chain.FallBackAsync(_ => true, default);
        await chain.FallBackAsync(_ => true, default);
        Assert.That(_open.Sent, Is.EqualTo(new[] { First }));

        await chain.SendAsync(Second, default);
        Assert.That(_open.Sent, Is.EqualTo(new[] { First, Second }));
        Assert.That(_relay.Sent, Has.Count.EqualTo(1));

        chain.Settled(Bundle, First.Hash);
        Assert.That(_relayRoute.Record.Numbers, Is.EqualTo(new SenderNumbers { Sent = 1, Missed = 1 }));
        Assert.That(_openRoute.Record.Numbers, Is.EqualTo(new SenderNumbers { Sent = 2, Included = 1, SecondsToInclusion = 4 }));
    }

    [Test]
    public async Task Never_public_when_it_is_not_wanted()
    {
        SenderChain chain = new([_relayRoute], _openRoute, TimeSpan.Zero, NullLogger<SenderChain>.Instance, _clock);
        await chain.SendAsync(First, default);
        _clock.Advance(TimeSpan.FromHours(1));
        await chain.FallBackAsync(_ => true, default);
        await chain.SendAsync(Second, default);

        Assert.That(_open.Sent, Is.Empty);
    }

    [Test]
    public async Task What_everybody_refused_does_not_go_public_by_itself()
    {
        _relay.Refuses(SendErrorKind.Unknown);
        SenderChain chain = Chain(_relayRoute);
        await chain.SendAsync(First, default);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await chain.FallBackAsync(_ => true, default);
        Assert.That(_open.Sent, Is.Empty, "its nonce may be another's by now");

        await chain.SendAsync(First, default);
        Assert.That(_open.Sent, Is.EqualTo(new[] { First }), "asked again it does");
    }

    [Test]
    public async Task What_is_settled_is_left_alone()
    {
        SenderChain chain = Chain(_relayRoute);
        await chain.SendAsync(First, default);
        _clock.Advance(TimeSpan.FromSeconds(1.5));
        chain.Settled(Bundle, First.Hash);
        _clock.Advance(TimeSpan.FromSeconds(10));
        await chain.FallBackAsync(_ => true, default);

        Assert.That(_open.Sent, Is.Empty);
        Assert.That(_relayRoute.Record.Numbers, Is.EqualTo(new SenderNumbers { Sent = 1, Included = 1, SecondsToInclusion = 1.5 }));
    }

    [Test]
    public async Task A_cancellation_goes_the_public_way()
    {
        SenderChain chain = Chain(_relayRoute);
        await chain.SendAsync(First with { IsCancellation = true }, default);

        Assert.That((_relay.Sent.Count, _open.Sent.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task One_that_keeps_failing_rests_and_is_tried_again()
    {
        _relay.IsSilent();
        SenderChain chain = Chain(_relayRoute, _openRoute);
        for (int i = 0; i < 5; i++)
        {
            await chain.SendAsync(First with { BundleId = Guid.NewGuid() }, default);
        }

        Assert.That(_relay.Sent, Has.Count.EqualTo(3));
        Assert.That(_relayRoute.Record.RestsBecause, Is.EqualTo("silence"));

        _clock.Advance(TimeSpan.FromSeconds(60));
        await chain.SendAsync(First with { BundleId = Guid.NewGuid() }, default);
        Assert.That(_relay.Sent, Has.Count.EqualTo(4));
    }

    private SenderChain Chain(params SenderRoute[] order) => new(order, _openRoute, TimeSpan.FromSeconds(4), NullLogger<SenderChain>.Instance, _clock);

    /// <summary>Answers as it is told, and remembers what it was given.</summary>
    private sealed class ScriptedSender : IBundleSender
    {
        private SendResult _result = SendResult.Accepted.Instance;

        public List<OutgoingTransaction> Sent { get; } = [];

        public void Refuses(SendErrorKind kind) => _result = new SendResult.Refused(new SendError(kind, "no"));

        public void IsSilent() => _result = new SendResult.Unanswered("silence");

        public Task<SendResult> SendAsync(OutgoingTransaction transaction, CancellationToken cancellationToken)
        {
            Sent.Add(transaction);
            return Task.FromResult(_result);
        }
    }
}
