using System.Collections;
using Bundler.Ethereum.Primitives;
using Bundler.Node;
using Bundler.Node.Commands;
using Bundler.Node.Configuration;
using Bundler.Node.Startup;
using Bundler.Paymaster.Ledger;
using Bundler.Storage;
using Bundler.Testing;
using Bundler.Tests.Rpc;
using Bundler.Tests.Rpc.Rest;
using Bundler.Tests.Storage.Grants;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Tests.Node.Commands;

/// <summary>Row 19: whoever plans a withdrawal knows what is owed, or does not plan.</summary>
public sealed class LedgerDoorTests
{
    private string _folder = null!;

    [SetUp]
    public void Begin() => _folder = Directory.CreateTempSubdirectory("bundler-door-").FullName;

    [TearDown]
    public void End() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_ledger_that_is_not_there_says_nothing_and_is_not_made()
    {
        await using ServiceProvider services = Rooms();

        (GrantLiability? owed, string? unknown) = await new LedgerDoor(services).ReadAsync(Asked.Paymaster, CancellationToken.None);

        Assert.That(owed, Is.Null);
        Assert.That(unknown, Does.Contain("no ledger"));
        Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.Empty);
    }

    [Test]
    public async Task What_the_store_has_is_owed()
    {
        await using (ServiceProvider node = Rooms())
        {
            await ReserveAsync(node);
        }

        await using ServiceProvider services = Rooms();
        (GrantLiability? owed, _) = await new LedgerDoor(services).ReadAsync(Asked.Paymaster, CancellationToken.None);

        Assert.That(owed, Is.EqualTo(new GrantLiability(100, 0, 0)));
    }

    [Test]
    public async Task While_a_node_holds_the_store_it_is_asked_at_its_operators_address()
    {
        await using ServiceProvider node = Rooms();
        await ReserveAsync(node);
        await using RpcHost host = await OperatorHost.StartAsync(
            new MemoryLedgerStore(), more: services => services.AddSingleton(new OwnPaymasters([new OwnPaymaster(Asked.Paymaster, Asked.EntryPoint)], 600)));
        await using ServiceProvider silent = Rooms();
        await using ServiceProvider told = Rooms($"--Bundler:Rpc:OperatorAddress={host.OperatorUrl!.Authority}");
        await using ServiceProvider dead = Rooms("--Bundler:Rpc:OperatorAddress=127.0.0.1:1");

        (GrantLiability? nothing, string? unknown) = await new LedgerDoor(silent).ReadAsync(Asked.Paymaster, CancellationToken.None);
        (GrantLiability? owed, _) = await new LedgerDoor(told).ReadAsync(Asked.Paymaster, CancellationToken.None);
        (GrantLiability? foreign, string? notMine) = await new LedgerDoor(told).ReadAsync(Asked.EntryPoint, CancellationToken.None);
        (GrantLiability? unheard, string? noAnswer) = await new LedgerDoor(dead).ReadAsync(Asked.Paymaster, CancellationToken.None);

        Assert.That((nothing, foreign, unheard), Is.EqualTo(((GrantLiability?)null, (GrantLiability?)null, (GrantLiability?)null)));
        Assert.That(unknown, Does.Contain("OperatorAddress"));
        Assert.That(owed, Is.EqualTo(new GrantLiability(1, 2, 4) { Ungranted = 5 }), "as the host's own store has it");
        Assert.That(notMine, Does.Contain("does not sponsor"));
        Assert.That(noAnswer, Does.Contain("does not say"));
    }

    private static async Task ReserveAsync(ServiceProvider services)
    {
        await services.GetRequiredService<SqlDatabase>().OpenAsync(CancellationToken.None);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await services.GetRequiredService<IGrantUpkeep>().OpenAsync(new LedgerOpening([Asked.Paymaster], now, Asked.Window, IsDevelopment: true), CancellationToken.None);
        Reservation reservation = await services.GetRequiredService<IGrantStore>().ReserveAsync(Asked.Request(1, at: now), Asked.Anything(), CancellationToken.None);
        Assert.That(reservation, Is.InstanceOf<Reservation.Reserved>());
    }

    private ServiceProvider Rooms(params string[] arguments) =>
        NodeServices.Rooms(new LayerReader(CommandLine.Parse(["--data-dir", _folder, .. arguments]), new Hashtable()).Combine());
}
