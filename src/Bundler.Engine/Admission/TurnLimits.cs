namespace Bundler.Engine.Admission;

/// <summary>How many turns there are, and how strangers share them.</summary>
/// <param name="Turns">At a time.</param>
/// <param name="MostPerClient">Of one connection, at a time.</param>
/// <param name="KeptFree">What a dear connection leaves to others; connections of one address leave half of it, rounded up.</param>
/// <param name="DearAfter">Who had turns for longer lately is dear.</param>
/// <param name="MostWaiting">Over all clients.</param>
/// <param name="MostWaitingPerClient">Of one connection.</param>
public sealed record TurnLimits(int Turns, int MostPerClient, int KeptFree, TimeSpan DearAfter, int MostWaiting, int MostWaitingPerClient)
{
    /// <summary>At least one turn is for everybody.</summary>
    public int KeptFreeByConnection => Math.Min(KeptFree, Turns - 1);

    public int KeptFreeByAddress => (KeptFreeByConnection + 1) / 2;

    public static TurnLimits Of(AdmissionOptions options) => new(
        options.MaxConcurrentValidations,
        options.MaxTurnsPerClient,
        options.TurnsKeptFree,
        TimeSpan.FromSeconds(options.DearAfterSeconds),
        options.MaxWaitingValidations,
        options.MaxWaitingPerClient);
}
