using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests;

/// <summary>Our userOpHash against the one that the deployed EntryPoint computes.</summary>
public sealed class UserOpHashTests
{
    private const ulong ChainId = 56;
    private const int Operations = 60;

    private static readonly Address _delegate = Address.Parse("0x2222222222222222222222222222222222222222");

    private static readonly EntryPoint[] _entryPoints =
    [
        EntryPointCatalog.Create(EntryPointVersion.V06, Deployments.EntryPointV06),
        EntryPointCatalog.Create(EntryPointVersion.V07, Deployments.EntryPointV07),
        EntryPointCatalog.Create(EntryPointVersion.V08, Deployments.EntryPointV08),
        EntryPointCatalog.Create(EntryPointVersion.V09, Deployments.EntryPointV09),
    ];

    [Test]
    public async Task The_hash_of_any_operation_is_the_one_of_getUserOpHash()
    {
        Random random = new(4337);
        await using AnvilProcess anvil = await AnvilProcess.StartAsync(new AnvilOptions { ChainId = ChainId });
        using HttpTransport transport = new(new HttpTransportOptions { Url = anvil.Url }, TimeProvider.System);
        EthClient client = new(transport);
        foreach (EntryPoint entryPoint in _entryPoints)
        {
            for (int i = 0; i < Operations; i++)
            {
                UserOperation operation = random.NextOperation(entryPoint.Version);

                Hash32 expected = await GetUserOpHashAsync(client, entryPoint, operation);

                Assert.That(entryPoint.Hash(operation, ChainId, _delegate), Is.EqualTo(expected), $"v{entryPoint.VersionText} operation {i}: {operation}");
            }
        }
    }

    /// <summary>With the sender's code as if it were delegated: the EntryPoint reads the delegate from there.</summary>
    private static async Task<Hash32> GetUserOpHashAsync(EthClient client, EntryPoint entryPoint, UserOperation operation)
    {
        CallRequest call = new()
        {
            To = entryPoint.Address,
            Data = OperationCalls.Of(entryPoint.Version).GetUserOpHash.EncodeCall([entryPoint.Operations.ToTuple(operation)]),
        };
        StateOverride state = StateOverride.Of(
            operation.Sender, new AccountOverride { Code = Bytes.Concat(Bytes.Parse("0xef0100"), _delegate.ToBytes()) });
        return new Hash32(await client.CallAsync(call, BlockTag.Latest, state, CancellationToken.None));
    }
}
