using System.Text;
using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>
/// The hours and days of sums slide: before a limit is asked, what has left them since is taken off, row by row, each once for its hour and once for its day.
/// </summary>
internal static class GrantWindows
{
    /// <summary>Rows of each period that one step takes off. Where more have left, the sums stand at the moment up to which they are right: what is left in them refuses, and never grants.</summary>
    public const int Step = 10_000;

    /// <summary>Rows that a refusal looks at to say when there is room.</summary>
    private const int Foreseen = 100;

    private static readonly Dictionary<GrantScope, (string Leaving, string Counting)> _selects = new()
    {
        [GrantScope.Paymaster] = Selects("paymaster"),
        [GrantScope.Key] = Selects("api_key"),
        [GrantScope.Sender] = Selects("sender"),
    };

    /// <summary>Sums at a later moment, or at the one up to which a step has come.</summary>
    /// <param name="session">Of the transaction.</param>
    /// <param name="all">The sums as they stand.</param>
    /// <param name="to">The moment.</param>
    /// <param name="step">Rows; <c>null</c>: however many there are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyDictionary<GrantScopeName, GrantSums>> MoveAsync(
        SqlSession session, IReadOnlyDictionary<GrantScopeName, GrantSums> all, DateTimeOffset to, int? step, CancellationToken cancellationToken)
    {
        Leaving[] leaving =
        [
            .. from each in all
               from period in GrantSums.Sliding
               let span = each.Value.SpanTo(to, period)
               where span is not null
               select new Leaving(each.Key, period, span.Value, Query(each.Key, span.Value, step)),
        ];
        await session.ReadAsync([.. leaving.Select(each => each.Rows)], cancellationToken);
        ILookup<GrantScopeName, Leaving> byName = leaving.ToLookup(each => each.Name);
        Dictionary<GrantScopeName, GrantSums> moved = [];
        foreach ((GrantScopeName name, GrantSums sums) in all)
        {
            DateTimeOffset until = byName[name].Where(each => !each.Span.IsAnew && each.Rows.Rows.Count == step)
                .Select(each => each.Rows.Rows[^1].At + GrantSums.LengthOf(each.Period)!.Value - TimeSpan.FromTicks(1))
                .Append(to).Min();
            moved[name] = until == to ? Moved(sums, to, byName[name])
                : (await MoveAsync(session, new Dictionary<GrantScopeName, GrantSums> { [name] = sums }, until > sums.At ? until : to, null, cancellationToken))[name];
        }

        return moved;
    }

    /// <summary>The refusals with when there is room.</summary>
    public static async Task<IReadOnlyList<RoomQuestion>> RoomAtAsync(
        SqlSession session, IReadOnlyList<RoomQuestion> questions, ReservingState state, CancellationToken cancellationToken)
    {
        (GrantScopeName Name, GrantPeriod Period) Key(RoomQuestion question) =>
            (GrantScopeName.Of(question.Request, question.Refused.Limit.Scope)!.Value, question.Refused.Limit.Period);

        Dictionary<(GrantScopeName Name, GrantPeriod Period), SqlQuery<Counted>> counting = questions.DistinctBy(Key).ToDictionary(
            Key,
            question => Named(_selects[question.Refused.Limit.Scope].Counting, Key(question).Name)
                .With(state.Sums(question.Request, question.Refused.Limit.Scope)!.At - GrantSums.LengthOf(question.Refused.Limit.Period)!.Value));
        await session.ReadAsync([.. counting.Values], cancellationToken);
        return
        [
            .. questions.Select(question => question with
            {
                Refused = question.Refused with
                {
                    ResetsAt = GrantBudget.RoomAt(question.Refused, question.Share, counting[Key(question)].Rows.Select(row => (row.At, row.Share))),
                },
            }),
        ];
    }

    private static GrantSums Moved(GrantSums sums, DateTimeOffset to, IEnumerable<Leaving> leaving) =>
        sums.MovedTo(to, (period, _) => leaving.Where(each => each.Period == period).SelectMany(each => each.Rows.Rows)
            .Aggregate(GrantShare.None, (sum, row) => sum.Plus(row.Share)));

    private static SqlQuery<Counted> Query(GrantScopeName name, GrantSpan span, int? step) =>
        Named(_selects[name.Scope].Leaving, name).With(span.After).With(span.Until).With(span.IsAnew ? long.MaxValue : step ?? long.MaxValue);

    private static SqlQuery<Counted> Named(string sql, GrantScopeName name)
    {
        SqlQuery<Counted> query = new(sql, row => new Counted(row.Time(0), new GrantShare(row.UInt256(1), row.UInt64(2))));
        return name.Scope == GrantScope.Key ? query.With(Encoding.UTF8.GetString(name.Id.Span)) : query.With(name.Id);
    }

    private static (string Leaving, string Counting) Selects(string column)
    {
        string ofScope = $"SELECT g.counted_at, g.counted_wei, g.counted FROM grants g WHERE g.{column} = $1 AND g.counted_at > $2";
        return ($"{ofScope} AND g.counted_at <= $3 ORDER BY g.counted_at LIMIT $4", $"{ofScope} AND g.state NOT IN (5, 6) ORDER BY g.counted_at LIMIT {Foreseen}");
    }

    private readonly record struct Counted(DateTimeOffset At, GrantShare Share);

    private sealed record Leaving(GrantScopeName Name, GrantPeriod Period, GrantSpan Span, SqlQuery<Counted> Rows);
}
