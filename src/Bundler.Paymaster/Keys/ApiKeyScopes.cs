namespace Bundler.Paymaster.Keys;

/// <summary>What a key may do; the bits are stored. Nothing asks for another than <see cref="Sponsor"/> yet.</summary>
[Flags]
public enum ApiKeyScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Ask for sponsorship.</summary>
    Sponsor = 1,

    /// <summary>Ask for it without the risk checks, never without budgets.</summary>
    SkipRisk = 2,

    /// <summary>Read what concerns the key.</summary>
    Read = 4,

    /// <summary>Change policies and keys.</summary>
    Admin = 8,
}

/// <summary>The words of scopes.</summary>
public static class ApiKeyScopeWords
{
    private static readonly (string Word, ApiKeyScopes Scope)[] _words =
    [
        ("sponsor", ApiKeyScopes.Sponsor),
        ("sponsor:skip-risk", ApiKeyScopes.SkipRisk),
        ("read", ApiKeyScopes.Read),
        ("admin", ApiKeyScopes.Admin),
    ];

    /// <summary>The words there are.</summary>
    public static IEnumerable<string> All => _words.Select(each => each.Word);

    /// <summary>The words of a set.</summary>
    public static IEnumerable<string> Of(ApiKeyScopes scopes) => _words.Where(each => scopes.HasFlag(each.Scope)).Select(each => each.Word);

    /// <summary>A set by its words; <c>null</c>: one is none of them, or there is none.</summary>
    public static ApiKeyScopes? Parse(IEnumerable<string> words)
    {
        ApiKeyScopes scopes = ApiKeyScopes.None;
        foreach (string word in words)
        {
            ApiKeyScopes scope = _words.FirstOrDefault(each => each.Word == word).Scope;
            if (scope == ApiKeyScopes.None)
            {
                return null;
            }

            scopes |= scope;
        }

        return scopes == ApiKeyScopes.None ? null : scopes;
    }
}
