using System.Buffers;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Admission;

/// <summary>A chain with deployed accounts, a node that bundles by command, and the requests that both are asked with, made beforehand.</summary>
internal sealed class AdmissionRig : IAsyncDisposable
{
    /// <summary>UREP-020 lets an account have as many pending operations.</summary>
    private const int OperationsPerAccount = 4;

    private const int AccountsPerBundle = 25;
    private static readonly MediaTypeHeaderValue _json = new("application/json");

    private readonly PrivateKey _owner = PrivateKey.Parse(DevAccounts.All[2].PrivateKey);
    private readonly HttpClient _http = new();
    private readonly AnvilProcess _anvil;
    private readonly FaultyProxy? _counter;
    private readonly IReadOnlyList<NodeProcess> _nodes;
    private readonly IReadOnlyList<Process> _processes;

    private AdmissionRig(AnvilProcess anvil, FaultyProxy? counter, IReadOnlyList<NodeProcess> nodes)
    {
        _anvil = anvil;
        _counter = counter;
        _nodes = nodes;
        _processes = [.. nodes.Select(node => Process.GetProcessById(node.ProcessId))];
    }

    /// <summary>eth_sendUserOperation of every operation.</summary>
    public IReadOnlyList<byte[]> Submissions { get; private set; } = [];

    /// <summary>The trace that each of them needs, as the node asks for it.</summary>
    public IReadOnlyList<byte[]> Traces { get; private set; } = [];

    /// <summary>Processor time that the nodes have used, in milliseconds.</summary>
    public double NodeCpuMilliseconds => _processes.Sum(process =>
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalMilliseconds;
    });

    /// <summary>HTTP requests of the node that only admission makes: the facts (and codes never met before), and the traces.</summary>
    public int Requests => _counter!.RequestsWith("eth_call") + _counter.RequestsWith("debug_traceCall");

    /// <summary>All that is in <see cref="Requests"/>, one by one, as providers count.</summary>
    public int Items => new[] { "eth_call", "eth_getCode", "eth_getStorageAt", "eth_getTransactionCount", "debug_traceCall" }.Sum(_counter!.CountOf);

    /// <param name="accounts">Each with <see cref="OperationsPerAccount"/> operations.</param>
    /// <param name="counted">With something between that counts <see cref="Requests"/>, and takes its time.</param>
    /// <param name="nodes">How many, behind a balancer.</param>
    /// <param name="arguments">Of each node.</param>
    public static async Task<AdmissionRig> StartAsync(int accounts, bool counted = false, int nodes = 1, params string[] arguments)
    {
        await using Started started = new();
        AnvilProcess anvil = started.Add(await AnvilProcess.StartAsync());
        FaultyProxy? counter = counted ? started.Add(await FaultyProxy.StartAsync(anvil.Url)) : null;
        List<NodeProcess> running = [];
        for (int i = 0; i < nodes; i++)
        {
            running.Add(started.Add(await NodeProcess.StartAsync(counter?.Url ?? anvil.Url, ["--debug-api", "--bundling", "manual", .. arguments])));
        }

        AdmissionRig rig = new(anvil, counter, running);
        await rig.PrepareAsync(accounts);
        return started.HandOver(rig);
    }

    /// <summary>Forgets what was admitted, so that it can be sent again.</summary>
    public async Task ForgetAsync()
    {
        foreach (NodeProcess node in _nodes)
        {
            await node.RpcAsync("debug_bundler_clearState");
        }
    }

    /// <summary>Sends each of the requests once, to the nodes in turns, so many at a time; seconds.</summary>
    public Task<double> SubmitAsync(int clients) => PostAsync([.. _nodes.Select(node => node.Url)], Submissions, clients);

    /// <summary>Traces each of the operations once, past the node; seconds.</summary>
    public Task<double> TraceAsync(int clients) => PostAsync([_anvil.Url], Traces, clients);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _owner.Dispose();
        foreach (Process process in _processes)
        {
            process.Dispose();
        }

        foreach (NodeProcess node in _nodes)
        {
            await node.DisposeAsync();
        }

        if (_counter is not null)
        {
            await _counter.DisposeAsync();
        }

        await _anvil.DisposeAsync();
    }

    private async Task<double> PostAsync(Uri[] urls, IReadOnlyList<byte[]> bodies, int clients)
    {
        int turn = 0;
        long started = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = clients }, async (body, token) =>
        {
            using ByteArrayContent content = new(body) { Headers = { ContentType = _json } };
            using HttpResponseMessage response = await _http.PostAsync(urls[Interlocked.Increment(ref turn) % urls.Length], content, token);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(token);
            if (answer.AsSpan(0, Math.Min(answer.Length, 64)).IndexOf("\"result\""u8) < 0)
            {
                throw new InvalidOperationException(System.Text.Encoding.UTF8.GetString(answer));
            }
        });
        return TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    private async Task PrepareAsync(int accounts)
    {
        using HttpTransport transport = new(new HttpTransportOptions { Url = _anvil.Url }, TimeProvider.System);
        EthClient eth = new(transport);
        List<SimpleAccountWallet> wallets = [];
        for (int i = 0; i < accounts; i++)
        {
            SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(eth, EntryPointVersion.V07, _owner, (ulong)(9_000 + i));
            await _anvil.RpcAsync("anvil_setBalance", wallet.Address.ToLowerHex(), "0xde0b6b3a7640000");
            wallets.Add(wallet);
        }

        EntryPoint entryPoint = wallets[0].EntryPoint;
        foreach (SimpleAccountWallet[] chunk in wallets.Chunk(AccountsPerBundle))
        {
            Bytes data = entryPoint.Bundles.EncodeHandleOps([.. chunk.Select(wallet => wallet.Signed())], DevAccounts.All[0].Address);
            await _anvil.RpcAsync(
                "eth_sendTransaction",
                new { from = DevAccounts.All[0].Address.ToLowerHex(), to = entryPoint.Address.ToLowerHex(), data = data.ToString(), gas = "0xf42400" });
        }

        UserOperation[] operations =
        [
            .. Enumerable.Range(1, OperationsPerAccount)
                .SelectMany(key => wallets.Select(wallet => wallet.Signed(deployed: true, nonce: new UserOperationNonce((ulong)key, 0).Value))),
        ];
        Submissions = [.. operations.Select(operation => Submission(entryPoint, operation))];
        Traces = [.. operations.Select(operation => Trace(entryPoint, operation))];
    }

    private static byte[] Submission(EntryPoint entryPoint, UserOperation operation)
    {
        return JsonSerializer.SerializeToUtf8Bytes(
            new { jsonrpc = "2.0", id = 1, method = "eth_sendUserOperation", @params = new object[] { OperationWire.Of(entryPoint, operation), entryPoint.Address.ToString() } });
    }

    private static byte[] Trace(EntryPoint entryPoint, UserOperation operation)
    {
        RecordingTransport recorder = new();
        CallRequest call = HandleOpsCall.ForValidation(entryPoint, [operation]);
        _ = new DebugClient(recorder).TraceCallAsync(
            call, BlockTag.Latest, JsTracer.Source, null, null, null, new ValidationOptions().TraceTimeout, CancellationToken.None);
        return recorder.Bodies[0];
    }

    /// <summary>Writes requests down as the HTTP transport would send them, and answers nothing.</summary>
    private sealed class RecordingTransport : IJsonRpcTransport
    {
        public List<byte[]> Bodies { get; } = [];

        public Task<JsonElement> SendAsync(JsonRpcRequest request, CancellationToken cancellationToken)
        {
            ArrayBufferWriter<byte> buffer = new();
            using (Utf8JsonWriter writer = new(buffer, JsonRpcRequest.WriterOptions))
            {
                JsonRpcWire.WriteRequest(writer, request, 1);
            }

            Bodies.Add(buffer.WrittenSpan.ToArray());
            return Task.FromResult(default(JsonElement));
        }

        public Task<IReadOnlyList<JsonRpcResponse>> SendBatchAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
