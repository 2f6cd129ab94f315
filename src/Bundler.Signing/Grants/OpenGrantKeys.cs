namespace Bundler.Signing.Grants;

/// <summary>The keys of <see cref="GrantSigningOptions"/>, opened once; the guards of <see cref="GrantKeyring"/> stand before them.</summary>
public sealed record OpenGrantKeys(Keyring Keyring) : IDisposable
{
    public void Dispose() => Keyring.Dispose();
}
