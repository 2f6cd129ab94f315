using System.Collections.Concurrent;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>Code hashes and delegations of the contracts that validation meets; what can never change is asked for once.</summary>
public sealed class CodeReader(EthClient eth)
{
    private const int CacheCapacity = 20_000;

    private readonly ConcurrentDictionary<Address, Hash32> _immutable = new();

    /// <summary>EXTCODEHASH of every address, where no code and no account are the same (COD-010).</summary>
    /// <param name="addresses">Whose code.</param>
    /// <param name="delegated">Those among them whose code can change, for it is an EIP-7702 delegation.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyDictionary<Address, Hash32>> HashesAsync(
        IReadOnlyCollection<Address> addresses, IReadOnlySet<Address> delegated, CancellationToken cancellationToken)
    {
        Dictionary<Address, Hash32> hashes = [];
        List<Address> unknown = [];
        foreach (Address address in addresses)
        {
            if (_immutable.TryGetValue(address, out Hash32 hash))
            {
                hashes[address] = hash;
            }
            else
            {
                unknown.Add(address);
            }
        }

        if (unknown.Count > 0)
        {
            EthBatch batch = eth.Batch();
            PendingCodeHashes pending = PendingCodeHashes.Ask(batch, unknown);
            await batch.SendAsync(cancellationToken);
            foreach ((Address address, Hash32 hash) in pending.Read())
            {
                hashes[address] = hash;
                if (hash != Keccak256.Empty && !delegated.Contains(address))
                {
                    Remember(address, hash);
                }
            }
        }

        return hashes;
    }

    /// <summary>Those of the addresses whose code is an EIP-7702 delegation.</summary>
    public async Task<IReadOnlySet<Address>> DelegatedAsync(IReadOnlyCollection<Address> candidates, CancellationToken cancellationToken)
    {
        HashSet<Address> delegated = [];
        if (candidates.Count == 0)
        {
            return delegated;
        }

        EthBatch batch = eth.Batch();
        List<(Address Address, Pending<Bytes> Code)> pending = [.. candidates.Select(address => (address, batch.GetCode(address, BlockTag.Latest)))];
        await batch.SendAsync(cancellationToken);
        delegated.UnionWith(pending.Where(each => Eip7702.DelegateOf(each.Code.Value) is not null).Select(each => each.Address));
        return delegated;
    }

    private void Remember(Address contract, Hash32 hash)
    {
        if (_immutable.Count >= CacheCapacity)
        {
            _immutable.Clear();
        }

        _immutable[contract] = hash;
    }
}
