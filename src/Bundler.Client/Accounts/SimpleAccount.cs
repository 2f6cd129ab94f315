using System.Numerics;
using Bundler.Client.Json;
using Bundler.Client.Operations;
using Nethereum.Contracts;
using Nethereum.Web3;

namespace Bundler.Client.Accounts;

/// <summary>The SimpleAccount of the reference contracts, of every version: one owner, created by its first operation.</summary>
public sealed class SimpleAccount : ISmartAccount
{
    private static readonly Dictionary<EntryPointVersion, string> _publishedFactories = new()
    {
        [EntryPointVersion.V06] = "0x9406Cc6185a346906296840746125a0E44976454",
        [EntryPointVersion.V07] = "0x91E60e0613810449d098b0b5Ec8b51A0FE8c8985",
        [EntryPointVersion.V08] = "0x13E9ed32155810FDbd067D4522C492D6f68E5944",
    };

    private readonly IWeb3 _web3;
    private readonly IAccountOwner _owner;
    private readonly string _factory;
    private readonly BigInteger _salt;

    private SimpleAccount(IWeb3 web3, EntryPoint entryPoint, IAccountOwner owner, string factory, BigInteger salt, string address)
    {
        _web3 = web3;
        _owner = owner;
        _factory = factory;
        _salt = salt;
        EntryPoint = entryPoint;
        Address = address;
    }

    /// <inheritdoc/>
    public string Address { get; }

    /// <inheritdoc/>
    public EntryPoint EntryPoint { get; }

    /// <inheritdoc/>
    public string StubSignature => OwnerSignature.Stub;

    /// <summary>An owner's account; the factory is asked for its address, nothing is created.</summary>
    /// <param name="web3">The chain.</param>
    /// <param name="entryPoint">The EntryPoint of the account.</param>
    /// <param name="owner">Who signs.</param>
    /// <param name="options">Which one, and who creates it.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="ArgumentException">No factory of this version is published: give one.</exception>
    public static async Task<SimpleAccount> CreateAsync(
        IWeb3 web3, EntryPoint entryPoint, IAccountOwner owner, SimpleAccountOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SimpleAccountOptions();
        string factory = options.Factory ?? _publishedFactories.GetValueOrDefault(entryPoint.Version)
            ?? throw new ArgumentException($"no SimpleAccount factory of EntryPoint {entryPoint.Version} is published: name one in the options", nameof(options));
        GetAddressFunction question = new() { Owner = owner.Address, Salt = options.Salt };
        string address = await web3.Eth.GetContractQueryHandler<GetAddressFunction>().QueryAsync<string>(factory, question)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        return new SimpleAccount(web3, entryPoint, owner, factory, options.Salt, address);
    }

    /// <inheritdoc/>
    public async Task<AccountInit> GetInitAsync(CancellationToken cancellationToken = default)
    {
        string code = await _web3.Eth.GetCode.SendRequestAsync(Address).WaitAsync(cancellationToken).ConfigureAwait(false);
        CreateAccountFunction create = new() { Owner = _owner.Address, Salt = _salt };
        return code.Length > UserOperation.NoData.Length ? AccountInit.None
            : new AccountInit { Factory = _factory, FactoryData = HexText.Of(create.GetCallData()) };
    }

    /// <inheritdoc/>
    public string EncodeCalls(IReadOnlyList<Call> calls) => SimpleAccountCalls.Encode(calls, EntryPoint.Version);

    /// <inheritdoc/>
    public Task<string> SignAsync(UserOperation operation, BigInteger chainId, CancellationToken cancellationToken = default) =>
        OwnerSignature.SignAsync(_owner, EntryPoint, operation, chainId, null, cancellationToken);
}
