using System.Numerics;
using Bundler.Client.Json;
using Bundler.Client.Operations;
using Nethereum.Web3;

namespace Bundler.Client.Accounts;

/// <summary>
/// An owner's own address as a smart account (EIP-7702): it runs the code of a Simple7702Account from its first operation on, which carries the tuple.
/// </summary>
public sealed class Eip7702Account : ISmartAccount
{
    private const string DelegationPrefix = "0xef0100";

    private readonly IWeb3 _web3;
    private readonly IDelegatingOwner _owner;
    private readonly string _implementation;

    /// <summary>The account of an owner.</summary>
    /// <param name="web3">The chain.</param>
    /// <param name="entryPoint">The EntryPoint that the implementation trusts, v0.8 or later.</param>
    /// <param name="owner">Who signs, and whose address it is.</param>
    /// <param name="implementation">A Simple7702Account, or another that is called and signed for in the same way.</param>
    /// <exception cref="ArgumentException">An EntryPoint before v0.8 has no EIP-7702.</exception>
    public Eip7702Account(IWeb3 web3, EntryPoint entryPoint, IDelegatingOwner owner, string implementation)
    {
        if (entryPoint.Version < EntryPointVersion.V08)
        {
            throw new ArgumentException($"EntryPoint {entryPoint.Version} does not know EIP-7702", nameof(entryPoint));
        }

        _web3 = web3;
        _owner = owner;
        _implementation = implementation;
        EntryPoint = entryPoint;
    }

    /// <inheritdoc/>
    public string Address => _owner.Address;

    /// <inheritdoc/>
    public EntryPoint EntryPoint { get; }

    /// <inheritdoc/>
    public string StubSignature => OwnerSignature.Stub;

    /// <inheritdoc/>
    public async Task<AccountInit> GetInitAsync(CancellationToken cancellationToken = default)
    {
        string code = await _web3.Eth.GetCode.SendRequestAsync(Address).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (HexText.Same(code, HexText.Join(DelegationPrefix, _implementation)))
        {
            return AccountInit.None;
        }

        BigInteger chainId = await _web3.Eth.ChainId.SendRequestAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        BigInteger nonce = await _web3.Eth.Transactions.GetTransactionCount.SendRequestAsync(Address).WaitAsync(cancellationToken).ConfigureAwait(false);
        return new AccountInit
        {
            Factory = UserOperation.Eip7702Marker,
            Authorization = await _owner.SignAuthorizationAsync(chainId, _implementation, nonce, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <inheritdoc/>
    public string EncodeCalls(IReadOnlyList<Call> calls) => SimpleAccountCalls.Encode(calls, EntryPoint.Version);

    /// <inheritdoc/>
    public Task<string> SignAsync(UserOperation operation, BigInteger chainId, CancellationToken cancellationToken = default) =>
        OwnerSignature.SignAsync(_owner, EntryPoint, operation, chainId, _implementation, cancellationToken);
}
