using Bundler.Ethereum.Primitives;

namespace Bundler.Rpc.Rest.Ledger;

/// <summary>Amounts as accountants read them: decimal, exact, with a sign.</summary>
internal static class Wei
{
    /// <summary>What is left of <paramref name="received"/> after <paramref name="paid"/>; a loss begins with a minus.</summary>
    public static string Net(UInt256 received, UInt256 paid) => received >= paid ? (received - paid).ToString() : $"-{paid - received}";
}
