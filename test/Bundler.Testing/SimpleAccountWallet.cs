using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Testing;

/// <summary>A SimpleAccount of a dev chain with its owner's key: makes and signs operations for one EntryPoint version.</summary>
public sealed class SimpleAccountWallet
{
    private static readonly AbiFunction _getAddress = AbiFunction.Parse("getAddress(address owner,uint256 salt) returns (address)");
    private static readonly AbiFunction _createAccount = AbiFunction.Parse("createAccount(address owner,uint256 salt) returns (address)");
    private static readonly AbiFunction _execute = AbiFunction.Parse("execute(address dest,uint256 value,bytes func)");
    private static readonly UInt256 _fee = 1_000_000_000;

    private readonly PrivateKey _owner;
    private readonly UInt256 _chainId;
    private readonly UInt256 _salt;

    private SimpleAccountWallet(EntryPoint entryPoint, PrivateKey owner, UInt256 chainId, UInt256 salt, Address address)
    {
        EntryPoint = entryPoint;
        _owner = owner;
        _chainId = chainId;
        _salt = salt;
        Address = address;
    }

    public EntryPoint EntryPoint { get; }

    /// <summary>The account, deployed or not.</summary>
    public Address Address { get; }

    public Address Owner => _owner.Address;

    /// <summary>The factory of the version.</summary>
    public Address Factory => FactoryOf(EntryPoint.Version);

    /// <summary>The EntryPoint of a version as it stands on the dev chain.</summary>
    public static EntryPoint EntryPointOf(EntryPointVersion version) => EntryPointCatalog.Create(version, version switch
    {
        EntryPointVersion.V06 => Deployments.EntryPointV06,
        EntryPointVersion.V07 => Deployments.EntryPointV07,
        EntryPointVersion.V08 => Deployments.EntryPointV08,
        _ => Deployments.EntryPointV09,
    });

    /// <summary>Asks the factory for the address; nothing is deployed.</summary>
    public static async Task<SimpleAccountWallet> CreateAsync(EthClient eth, EntryPointVersion version, PrivateKey owner, ulong salt = 0)
    {
        ulong chainId = await eth.ChainIdAsync(CancellationToken.None);
        CallRequest call = new() { To = FactoryOf(version), Data = _getAddress.EncodeCall(owner.Address, (UInt256)salt) };
        Bytes answer = await eth.CallAsync(call, BlockTag.Latest, CancellationToken.None);
        return new SimpleAccountWallet(EntryPointOf(version), owner, chainId, salt, (Address)_getAddress.DecodeResult(answer)[0]);
    }

    /// <summary>An unsigned operation that sends 1 wei to nobody in particular, with the factory unless the account is deployed.</summary>
    public UserOperation Operation(bool deployed = false, UInt256 nonce = default) => new()
    {
        Sender = Address,
        Nonce = nonce,
        Factory = deployed ? null : Factory,
        FactoryData = deployed ? Bytes.Empty : _createAccount.EncodeCall(_owner.Address, _salt),
        CallData = _execute.EncodeCall(Address.Parse("0x00000000000000000000000000000000deadbeef"), UInt256.Zero, Bytes.Empty),
        CallGasLimit = 100_000,
        VerificationGasLimit = 400_000,
        PreVerificationGas = 60_000,
        MaxFeePerGas = _fee,
        MaxPriorityFeePerGas = _fee,
    };

    /// <summary>An unsigned operation that calls a contract.</summary>
    public UserOperation Calling(Address target, Bytes data, bool deployed = false, UInt256 nonce = default) =>
        Operation(deployed, nonce) with { CallData = _execute.EncodeCall(target, UInt256.Zero, data) };

    /// <summary>v0.6 and v0.7 accounts expect an EIP-191 signature of the userOpHash, later ones the bare EIP-712 one.</summary>
    public UserOperation Sign(UserOperation operation, Address? @delegate = null)
    {
        Hash32 hash = EntryPoint.Hash(operation, _chainId, @delegate);
        Hash32 digest = EntryPoint.Version >= EntryPointVersion.V08
            ? hash
            : Keccak256.Hash(Bytes.Concat(Bytes.From("\u0019Ethereum Signed Message:\n32"u8), hash.ToBytes()));
        return operation with { Signature = _owner.Sign(digest).ToBytes() };
    }

    /// <summary>A signed operation, see <see cref="Operation"/>.</summary>
    public UserOperation Signed(bool deployed = false, UInt256 nonce = default) => Sign(Operation(deployed, nonce));

    public static Address FactoryOf(EntryPointVersion version) => version switch
    {
        EntryPointVersion.V06 => Deployments.SimpleAccountFactoryV06,
        EntryPointVersion.V07 => Deployments.SimpleAccountFactoryV07,
        EntryPointVersion.V08 => Deployments.SimpleAccountFactoryV08,
        _ => Deployments.SimpleAccountFactoryV09,
    };
}
