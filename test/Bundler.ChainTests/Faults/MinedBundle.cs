using System.Globalization;
using System.Text.Json;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Faults;

/// <summary>A transaction on the chain that carries v0.7 operations, whoever sent it and whatever became of it.</summary>
internal sealed record MinedBundle(ulong Block, ulong BlockTimestamp, IReadOnlyList<string> Operations)
{
    /// <summary>Those of all blocks above one.</summary>
    public static async Task<List<MinedBundle>> SinceAsync(AnvilProcess anvil, ulong block)
    {
        List<MinedBundle> bundles = [];
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V07);
        ulong end = Hex.DecodeQuantity((await anvil.RpcAsync("eth_blockNumber")).GetString());
        for (ulong number = block + 1; number <= end; number++)
        {
            JsonElement mined = await anvil.RpcAsync("eth_getBlockByNumber", string.Create(CultureInfo.InvariantCulture, $"0x{number:x}"), true);
            ulong timestamp = Hex.DecodeQuantity(mined.GetProperty("timestamp").GetString());
            foreach (JsonElement transaction in mined.GetProperty("transactions").EnumerateArray())
            {
                if (entryPoint.Bundles.DecodeOperations(Bytes.Parse(transaction.GetProperty("input").GetString()!)) is { Count: > 0 } operations)
                {
                    bundles.Add(new MinedBundle(number, timestamp, [.. operations.Select(operation => entryPoint.Hash(operation, 1337, null).ToString())]));
                }
            }
        }

        return bundles;
    }
}
