using System.Numerics;
using Bundler.Client.Accounts;
using Bundler.Client.Operations;

namespace Bundler.ClientTests.Flow;

/// <summary>An account of a kind that the package does not know: the seam at work.</summary>
internal sealed class PlainAccount(EntryPoint entryPoint) : ISmartAccount
{
    public string Address => "0x1111111111111111111111111111111111111111";

    public EntryPoint EntryPoint => entryPoint;

    public string StubSignature => "0x57ab";

    public Task<AccountInit> GetInitAsync(CancellationToken cancellationToken = default) => Task.FromResult(AccountInit.None);

    public string EncodeCalls(IReadOnlyList<Call> calls) => calls[0].Data;

    public Task<string> SignAsync(UserOperation operation, BigInteger chainId, CancellationToken cancellationToken = default) =>
        Task.FromResult(entryPoint.Hash(operation, chainId));
}
