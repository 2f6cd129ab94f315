using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.Testing;
using Microsoft.Data.Sqlite;

namespace Bundler.ChainTests.Faults;

/// <summary>The node on a store that was tampered with: it starts without the rows that it cannot read, or says in one sentence why it does not.</summary>
public sealed class DamagedStoreTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    [Test]
    public async Task A_row_that_cannot_be_read_keeps_no_other_away_and_a_missing_table_is_one_sentence()
    {
        await using InclusionRig rig = await InclusionRig.StartAsync(withNode: false);
        await rig.StartNodeAsync(null, "--debug-api");
        await rig.Node.RpcAsync("debug_bundler_setBundlingMode", "manual");
        SimpleAccountWallet[] wallets = [await rig.WalletAsync(), await rig.WalletAsync(), await rig.WalletAsync()];
        List<string> hashes = [];
        foreach (SimpleAccountWallet wallet in wallets)
        {
            hashes.Add(await rig.SendAsync(wallet, InclusionRig.Operation(wallet)));
        }

        await rig.Node.StopAsync();
        Change(rig.Node, $"UPDATE mempool SET user_op_hash = x'6162' WHERE user_op_hash = x'{hashes[0][2..]}'");
        Change(rig.Node, $"UPDATE mempool SET sender = x'' WHERE user_op_hash = x'{hashes[1][2..]}'");
        await rig.RestartNodeAsync();

        Assert.That((await rig.ReceiptAsync(hashes[2])).GetProperty("success").GetBoolean(), Is.True);
        Assert.That(rig.Node.Output, Does.Contain("2 rows of mempool in the store"));
        JsonElement health = (await rig.Node.ReadinessAsync()).Body;
        Assert.That(health.GetProperty("checks").GetProperty("storage").GetProperty("detail").GetString(), Is.EqualTo("takes writes; rows that cannot be read: 2 of mempool"));

        Change(rig.Node, "CREATE TRIGGER refuses BEFORE INSERT ON mempool BEGIN SELECT RAISE(FAIL, 'no'); END");
        JsonElement refused = await rig.Node.OfferAsync(wallets[0].EntryPoint, wallets[0].Sign(InclusionRig.Operation(wallets[0])));
        Assert.That(refused.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32000), refused.GetRawText());
        await Eventually.Async(async () => (await rig.Node.ReadinessAsync()).Status == 503, _deadline, "health tells the store's refusal");
        Change(rig.Node, "DROP TRIGGER refuses");
        await Eventually.Async(async () => (await rig.Node.ReadinessAsync()).Status == 200, _deadline, "the node is ready again");

        await rig.Node.StopAsync();
        Change(rig.Node, "DROP TABLE reputation");
        (int exitCode, string output) = await NodeProcess.RunAsync(["--rpc-url", rig.Anvil.Url.ToString(), "--port", "0", "--data-dir", rig.Node.DataDirectory]);
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("The node does not start, for 1 reason:").And.Contain("is damaged, put a backup in its place: its table reputation is missing"));
    }

    private static void Change(NodeProcess node, string sql)
    {
        using SqliteConnection connection = new($"Data Source={Path.Combine(node.DataDirectory, "bundler.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
