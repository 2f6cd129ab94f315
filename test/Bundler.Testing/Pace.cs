namespace Bundler.Testing;

/// <summary>Many calls at the pace that the node takes them: a few under way at a time, so that none waits long behind the others.</summary>
public static class Pace
{
    private const int UnderWay = 8;

    /// <summary>What each of them answered, in their order.</summary>
    public static async Task<TAnswer[]> Async<T, TAnswer>(IReadOnlyList<T> all, Func<T, Task<TAnswer>> call)
    {
        TAnswer[] answers = new TAnswer[all.Count];
        await Parallel.ForAsync(0, all.Count, new ParallelOptions { MaxDegreeOfParallelism = UnderWay }, async (i, _) => answers[i] = await call(all[i]));
        return answers;
    }
}
