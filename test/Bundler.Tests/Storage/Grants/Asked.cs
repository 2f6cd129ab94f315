using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Tests.Storage.Grants;

/// <summary>Requests for grants as the sponsor makes them, and what the chain says of their operations.</summary>
internal static class Asked
{
    public const ulong Window = 600;

    public static readonly Address Paymaster = Address.Parse("0x00000000000000000000000000000000000a11ce");
    public static readonly Address EntryPoint = Stored.EntryPoint;
    public static readonly DateTimeOffset Noon = Stored.Noon;

    public static GrantRequest Request(int number, ulong worst = 100, string? key = null, DateTimeOffset? at = null, Address? sender = null)
    {
        DateTimeOffset time = at ?? Noon;
        ulong seconds = (ulong)time.ToUnixTimeSeconds();
        return new GrantRequest(
            Stored.Hash(number), Paymaster, EntryPoint, sender ?? Sender(number), (ulong)number, worst, key, seconds - 60, seconds + Window, time);
    }

    public static Address Sender(int number) => new(Stored.Hash(number + 7_000_000).Span[..Address.Size]);

    public static SignedGrant Signature(int number) => new(Bytes.Own([1, 2, (byte)number]), OperationHash(number));

    public static Hash32 OperationHash(int number) => Stored.Hash(number + 9_000_000);

    /// <summary>No limit but the deposit, which bears all.</summary>
    public static GrantLimits Anything(params GrantLimit[] budgets) => new(budgets, UInt256.MaxValue);

    public static GrantLimit Limit(GrantPeriod period, ulong? wei = null, ulong? count = null, GrantScope scope = GrantScope.Paymaster) =>
        new($"{scope} {period}", scope, period, wei, count);

    /// <summary>The event of a request's operation.</summary>
    public static IncludedOperation Included(GrantRequest request, int number, ulong cost, BlockMark block, ulong logIndex = 0) =>
        new(
            OperationHash(number), request.EntryPoint, request.Sender, request.Nonce, request.Paymaster, true, cost, 1, null, Bytes.Empty, null,
            Stored.Transaction(number), block, logIndex);
}
