namespace Bundler.Engine.Admission;

/// <summary>The accounts of one kind of client, by address or by connection; who is idle and has spent next to nothing is forgotten.</summary>
internal sealed class TurnAccounts<TKey>
    where TKey : notnull
{
    /// <summary>More are kept only while they have or await a turn.</summary>
    internal const int MostRemembered = 8_192;

    private const double NextToNothing = 0.001;

    private readonly Dictionary<TKey, TurnAccount> _accounts = [];

    public int Count => _accounts.Count;

    public TurnAccount Of(TKey key, double now)
    {
        if (!_accounts.TryGetValue(key, out TurnAccount? account))
        {
            if (_accounts.Count >= MostRemembered)
            {
                Forget(now);
            }

            account = new TurnAccount();
            _accounts.Add(key, account);
        }

        return account;
    }

    /// <summary>If it is not enough to forget those with next to nothing, half of the idle ones go, the cheapest first: the dear ones are what is worth knowing.</summary>
    private void Forget(double now)
    {
        (TKey Key, double Spent)[] idle =
            [.. _accounts.Where(pair => pair.Value.IsIdle).Select(pair => (pair.Key, pair.Value.SpentBy(now))).OrderBy(pair => pair.Item2)];
        for (int i = 0; i < idle.Length && (i <= idle.Length / 2 || idle[i].Spent < NextToNothing); i++)
        {
            _accounts.Remove(idle[i].Key);
        }
    }
}
