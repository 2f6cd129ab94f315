using System.Text;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>One paymaster, API key or sender: whose grants are counted together.</summary>
/// <param name="Scope">Which of these.</param>
/// <param name="Id">As the rows of grants have it.</param>
internal readonly record struct GrantScopeName(GrantScope Scope, Bytes Id)
{
    private static readonly GrantScope[] _scopes = [GrantScope.Paymaster, GrantScope.Key, GrantScope.Sender];

    /// <summary>As the rows of sums have it: they begin with a number for the scope, which stays what it is.</summary>
    public Bytes Stored => Bytes.Own([Kind(Scope), .. Id.Span]);

    /// <summary>The first of senders' names as they are stored, and the first after them.</summary>
    public static (Bytes First, Bytes After) Senders => (Bytes.Own([Kind(GrantScope.Sender)]), Bytes.Own([(byte)(Kind(GrantScope.Sender) + 1)]));

    /// <summary><c>null</c>: what is asked without a key counts for none.</summary>
    public static GrantScopeName? Of(GrantRequest request, GrantScope scope) => scope switch
    {
        GrantScope.Paymaster => OfPaymaster(request.Paymaster),
        GrantScope.Sender => new GrantScopeName(scope, Bytes.From(request.Sender.Span)),
        _ => request.Key is { } key ? new GrantScopeName(scope, Bytes.Own(Encoding.UTF8.GetBytes(key))) : null,
    };

    /// <summary>Of a paymaster.</summary>
    public static GrantScopeName OfPaymaster(Address paymaster) => new(GrantScope.Paymaster, Bytes.From(paymaster.Span));

    /// <summary>All that a request counts in.</summary>
    public static IEnumerable<GrantScopeName> AllOf(GrantRequest request) => _scopes.Select(scope => Of(request, scope)).OfType<GrantScopeName>();

    private static byte Kind(GrantScope scope) => scope switch
    {
        GrantScope.Paymaster => 1,
        GrantScope.Key => 2,
        _ => 3,
    };
}
