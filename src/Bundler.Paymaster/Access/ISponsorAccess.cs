namespace Bundler.Paymaster.Access;

/// <summary>Whether whoever asks may ask at all: who the present request comes from is ambient, as <see cref="Engine.Caller"/> is.</summary>
public interface ISponsorAccess
{
    /// <summary>Asked for each request, before anything else is done for it.</summary>
    ValueTask<SponsorAccess> AskAsync(CancellationToken cancellationToken);
}
