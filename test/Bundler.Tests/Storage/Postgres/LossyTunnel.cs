using System.Net;
using System.Net.Sockets;
using Bundler.Storage;
using Npgsql;

namespace Bundler.Tests.Storage.Postgres;

/// <summary>
/// A way to PostgreSQL that can lose one of the server's answers together with the connection, after the server has done what was asked, or hold back all
/// answers: a server that stands still, a network that swallows.
/// </summary>
internal sealed class LossyTunnel : IAsyncDisposable
{
    private const int Never = -1;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _port;
    private readonly Task _accepting;
    private int _answersUntilLoss = Never;
    private int _answersUntilHold = Never;
    private int _commitsToLose;
    private TaskCompletionSource _free = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LossyTunnel(int port)
    {
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Whoever connects by these options comes through it; the schema that is theirs.</summary>
    public static async Task<(LossyTunnel Tunnel, string Schema)> BeforeAsync(StorageOptions options)
    {
        NpgsqlConnectionStringBuilder settings = new(await File.ReadAllTextAsync(options.ConnectionStringFile));
        LossyTunnel tunnel = new(settings.Port);
        settings.Port = tunnel.Port;
        await File.WriteAllTextAsync(options.ConnectionStringFile, settings.ConnectionString);
        return (tunnel, settings.SearchPath!);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Losses { get; private set; }

    /// <summary>The <paramref name="number"/>-th answer from now on (from 1) never arrives.</summary>
    public void LoseAnswer(int number) => Volatile.Write(ref _answersUntilLoss, number);

    /// <summary>The next answer that a transaction was committed never arrives.</summary>
    public void LoseCommit() => Volatile.Write(ref _commitsToLose, 1);

    /// <summary>From the <paramref name="number"/>-th answer on (from 1) none arrives, on any connection, until <see cref="Release"/>.</summary>
    public void HoldAnswer(int number)
    {
        _free = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _answersUntilHold, number);
    }

    /// <summary>What was held back arrives.</summary>
    public void Release()
    {
        Volatile.Write(ref _answersUntilHold, Never);
        _free.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        Release();
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient near = client;
        using TcpClient far = new();
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _port, _end.Token);
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), _end.Token), AnswerAsync(far.GetStream(), near.GetStream()));
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
            // One of the two ended.
        }
    }

    private async Task AnswerAsync(NetworkStream far, NetworkStream near)
    {
        byte[] answer = new byte[65_536];
        while (await far.ReadAsync(answer, _end.Token) is > 0 and int length)
        {
            if (answer.AsSpan(0, length).IndexOf("COMMIT"u8) >= 0 && Interlocked.Exchange(ref _commitsToLose, 0) == 1)
            {
                Losses++;
                return;
            }

            if (Volatile.Read(ref _answersUntilLoss) > 0 && Interlocked.Decrement(ref _answersUntilLoss) == 0)
            {
                Losses++;
                return;
            }

            if (Volatile.Read(ref _answersUntilHold) is 0 || (Volatile.Read(ref _answersUntilHold) > 0 && Interlocked.Decrement(ref _answersUntilHold) == 0))
            {
                await _free.Task.WaitAsync(_end.Token);
            }

            await near.WriteAsync(answer.AsMemory(0, length), _end.Token);
        }
    }
}
