using Bundler.Engine;
using Bundler.Engine.Admission;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Granting;
using Bundler.Paymaster.Ledger;
using Bundler.Storage;
using Bundler.Storage.Grants;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Storage.Grants;

/// <summary>What was granted inside the node, and is not admitted, has never left it.</summary>
[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class GrantWithdrawalTests<TDatabase> : GrantContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly GrantRequest _request = Asked.Request(1) with { Id = GrantId.Random() };
    private static readonly Rejection _refusal = new Rejection.LimitExceeded("the pool is full");

    [Test]
    public async Task What_the_admission_refuses_is_given_back_whole()
    {
        Grant grant = await SignAsync(_request, 1);

        Outcome<Hash32> outcome = await AdmitAsync(grant, () => Task.FromResult<Outcome<Hash32>>(_refusal));

        Assert.That(outcome.Rejection, Is.SameAs(_refusal));
        Assert.That((await StateAsync(grant), await SpentAsync()), Is.EqualTo((GrantState.Denied, UInt256.Zero)));
        Assert.That((await Grants.LiabilityAsync(Asked.Paymaster, default)).Total, Is.EqualTo(UInt256.Zero));
    }

    [Test]
    public async Task However_many_are_refused_a_count_is_not_used_up_by_them()
    {
        GrantLimits three = Asked.Anything(Asked.Limit(GrantPeriod.Day, count: 3));
        for (int number = 1; number <= 4; number++)
        {
            Reservation answer = await Grants.ReserveAsync(Asked.Request(number), three, default);
            Assert.That(answer, Is.TypeOf<Reservation.Reserved>(), $"operation {number}");
            Grant grant = await Grants.SignedAsync(((Reservation.Reserved)answer).Grant.Id, Asked.Signature(number), default);
            await AdmitAsync(grant, () => Task.FromResult<Outcome<Hash32>>(_refusal));
        }
    }

    [Test]
    public async Task What_is_admitted_is_not()
    {
        Grant grant = await SignAsync(_request, 1);

        await AdmitAsync(grant, () => Task.FromResult<Outcome<Hash32>>(Asked.OperationHash(1)));

        Assert.That((await StateAsync(grant), await SpentAsync()), Is.EqualTo((GrantState.Signed, (UInt256)100)));
    }

    [TestCaseSource(nameof(Faults))]
    public async Task A_fault_gives_back_unless_the_pool_may_have_stored_the_operation(Exception fault, GrantState state)
    {
        Grant grant = await SignAsync(_request, 1);

        Assert.That(async () => await AdmitAsync(grant, () => Task.FromException<Outcome<Hash32>>(fault)), Throws.Exception.SameAs(fault));

        Assert.That(await StateAsync(grant), Is.EqualTo(state));
    }

    // Whoever asked for it again may have got the signature, or is about to.
    [TestCase(false)]
    [TestCase(true)]
    public async Task What_was_asked_for_again_is_not_given_back(bool beforeItWasSigned)
    {
        Grant grant = ((Reservation.Reserved)await Grants.ReserveAsync(_request, Asked.Anything(), default)).Grant;
        if (beforeItWasSigned)
        {
            await Grants.ReserveAsync(_request with { Id = null }, Asked.Anything(), default);
        }

        await Grants.SignedAsync(grant.Id, Asked.Signature(1), default);
        if (!beforeItWasSigned)
        {
            await Grants.ReserveAsync(_request, Asked.Anything(), default);
        }

        await AdmitAsync(grant, () => Task.FromResult<Outcome<Hash32>>(_refusal));

        Assert.That((await StateAsync(grant), await SpentAsync()), Is.EqualTo((GrantState.Signed, (UInt256)100)));
    }

    [Test]
    public async Task Two_who_ask_in_one_transaction_share_the_grant()
    {
        GrantAsk ask = new(_request, Asked.Anything());
        IReadOnlyList<Reservation> answers = await Database.WriteAsync((session, token) => GrantReserving.ReserveAsync(session, [ask, ask], token), default);
        Grant grant = ((Reservation.Reserved)answers[0]).Grant;
        await Grants.SignedAsync(grant.Id, Asked.Signature(1), default);

        Assert.That(await Grants.WithdrawAsync(grant.Id, "refused", default), Is.False);
    }

    [Test]
    public async Task What_a_pool_holds_is_not_given_back()
    {
        Grant grant = await SignAsync(_request, 1);
        await new SqlMempoolStore(Database).AddAsync(Stored.Operation(1) with { UserOpHash = Asked.OperationHash(1) }, [], default);

        await AdmitAsync(grant, () => Task.FromResult<Outcome<Hash32>>(new Rejection.InvalidFields("", "already known")));

        Assert.That(await StateAsync(grant), Is.EqualTo(GrantState.Signed));
    }

    [TestCase(GrantState.Seen)]
    [TestCase(GrantState.Included)]
    [TestCase(GrantState.Revoked)]
    public async Task Only_what_is_signed_is_given_back(GrantState state)
    {
        Grant grant = await SignAsync(_request, 1);
        await (state switch
        {
            GrantState.Seen => SeeAsync(),
            GrantState.Included => IncludeAsync(1, (_request, 1, 37)),
            _ => Grants.RevokeAsync(grant.Id, "an incident", default),
        });

        Assert.That((await Grants.WithdrawAsync(grant.Id, "refused", default), await StateAsync(grant)), Is.EqualTo((false, state)));
    }

    // The account has signed over the name: the same operation may be sent again, and no other.
    [Test]
    public async Task What_was_given_back_may_be_asked_for_again_under_its_name()
    {
        Grant grant = await SignAsync(_request, 1);
        await Grants.WithdrawAsync(grant.Id, "refused", default);

        Reservation other = await Grants.ReserveAsync(_request with { CoreHash = Stored.Hash(50) }, Asked.Anything(), default);
        Reservation longer = await Grants.ReserveAsync(_request with { ValidUntil = _request.ValidUntil + 1 }, Asked.Anything(), default);
        Reservation again = await Grants.ReserveAsync(_request with { At = _request.At.AddSeconds(1) }, Asked.Anything(), default);
        await Grants.SignedAsync(grant.Id, Asked.Signature(1), default);

        Assert.That((other, longer), Is.EqualTo(((Reservation)new Reservation.NameTaken(), (Reservation)new Reservation.NameTaken())));
        Assert.That(((Reservation.Reserved)again).Grant.Id, Is.EqualTo(grant.Id));
        Assert.That((await StateAsync(grant), await SpentAsync()), Is.EqualTo((GrantState.Signed, (UInt256)100)));
    }

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return new TestCaseData(new OperationCanceledException(), GrantState.Denied);
        yield return new TestCaseData(new TooManyWaitingException(), GrantState.Denied);
        yield return new TestCaseData(new NodeStoppingException(), GrantState.Denied);
        yield return new TestCaseData(new TransportException(TransportFault.TooLarge, "the Ethereum node is away"), GrantState.Denied);
        yield return new TestCaseData(new StoreUnavailableException("nobody knows what it has"), GrantState.Signed);
        yield return new TestCaseData(new InvalidOperationException("a bug"), GrantState.Signed);
    }

    private async Task SeeAsync()
    {
        SqlMempoolStore pool = new(Database);
        await pool.AddAsync(Stored.Operation(1) with { UserOpHash = Asked.OperationHash(1) }, [], default);
        await Grants.FollowPoolAsync(10, default);
        await pool.RemoveAsync([Stored.Status(1, OperationState.Dropped) with { UserOpHash = Asked.OperationHash(1) }], default);
    }

    private Task<Outcome<Hash32>> AdmitAsync(Grant grant, Func<Task<Outcome<Hash32>>> admission) =>
        new GrantWithdrawal(Grants, NullLogger<GrantWithdrawal>.Instance).UnlessAdmittedAsync(grant.Id, admission);
}
