using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Storage.Sqlite;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using OperationJson = Bundler.Engine.Pool.OperationJson;

namespace Bundler.ChainTests.Pool;

/// <summary>A data directory with pending operations of as many funded accounts, as a node leaves it that was killed.</summary>
internal sealed class StoredCrowd : IDisposable
{
    private readonly PrivateKey _owner = PrivateKey.Parse(DevAccounts.All[3].PrivateKey);

    private StoredCrowd(EntryPoint entryPoint) => EntryPoint = entryPoint;

    public EntryPoint EntryPoint { get; }

    public DirectoryInfo Data { get; } = Directory.CreateTempSubdirectory("bundler-crowd-");

    public IReadOnlyList<Hash32> UserOpHashes { get; private set; } = [];

    public static async Task<StoredCrowd> CreateAsync(AnvilProcess anvil, EntryPointVersion version, int count)
    {
        StoredCrowd crowd = new(SimpleAccountWallet.EntryPointOf(version));
        using HttpTransport http = new(new HttpTransportOptions { Url = anvil.Url, Timeout = TimeSpan.FromSeconds(60) }, TimeProvider.System);
        EthClient eth = new(http);
        await using SqlDatabase database = new(
            new SqliteDialect(new StorageOptions { DataDirectory = crowd.Data.FullName }), NullLogger<SqlDatabase>.Instance);
        await database.OpenAsync(CancellationToken.None);
        SqlMempoolStore store = new(database);
        List<Hash32> hashes = [];
        foreach (int[] chunk in Enumerable.Range(0, count).Chunk(64))
        {
            SimpleAccountWallet[] wallets =
                await Task.WhenAll(chunk.Select(number => SimpleAccountWallet.CreateAsync(eth, version, crowd._owner, 1_000_000 + (ulong)number)));
            await Task.WhenAll(wallets.Select(wallet => anvil.RpcAsync("anvil_setBalance", wallet.Address.ToLowerHex(), "0xde0b6b3a7640000")));
            StoredOperation[] stored = [.. wallets.Select((wallet, i) => crowd.Stored(wallet.Signed(), chunk[i]))];
            await Task.WhenAll(stored.Select(operation => store.AddAsync(operation, [], CancellationToken.None)));
            hashes.AddRange(stored.Select(operation => operation.UserOpHash));
        }

        crowd.UserOpHashes = hashes;
        return crowd;
    }

    public void Dispose() => _owner.Dispose();

    private StoredOperation Stored(UserOperation operation, int number) => new(
        EntryPoint.Hash(operation, 1337, null), EntryPoint.Address, operation.Sender, OperationJson.Write(EntryPoint, operation),
        TimeProvider.System.GetUtcNow(), 0, number + 1);
}
