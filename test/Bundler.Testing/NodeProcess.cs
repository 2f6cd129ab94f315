using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.Testing;

/// <summary>The bundler as its users run it: a process of its own, on a free port and with a data directory that outlives it.</summary>
public sealed class NodeProcess : IAsyncDisposable
{
    private const string OperatorAddress = "--Bundler:Rpc:OperatorAddress";
    private const string ReadyMark = "Bundler is ready on ";
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private readonly Process _process;
    private readonly ProcessOutput _output;
    private readonly string _readyLine;
    private readonly IReadOnlyList<string> _arguments;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly DirectoryInfo _data;
    private readonly HttpClient _http = new() { Timeout = _deadline };
    private bool _keepsData;

    private NodeProcess(
        Process process,
        ProcessOutput output,
        string readyLine,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        DirectoryInfo data)
    {
        _process = process;
        _output = output;
        _readyLine = readyLine;
        _arguments = arguments;
        _environment = environment;
        _data = data;
        Url = new Uri(readyLine.Split(' ')[4]);
    }

    /// <summary>The JSON-RPC endpoint.</summary>
    public Uri Url { get; }

    /// <summary>Where the operators' routes are.</summary>
    public Uri OperatorUrl => new(_readyLine.Split(", operators on ")[1]);

    /// <summary>The line that said so.</summary>
    public string ReadyLine => _readyLine;

    public int ProcessId => _process.Id;

    public string DataDirectory => _data.FullName;

    /// <summary>The last lines of its log.</summary>
    public string Output => _output.ToString();

    /// <summary>How many lines it has printed.</summary>
    public int OutputLines => _output.Count;

    /// <summary>What it holds in memory, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The program: the published one that scripts/test names, else that in the build of the running tests.</summary>
    private static string Program => Environment.GetEnvironmentVariable("TESTED_NODE") ?? Path.Combine(AppContext.BaseDirectory, "Bundler.Node.dll");

    /// <summary>Starts against a chain, on a free port unless the arguments say otherwise, and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It did not start; the message has its output.</exception>
    public static Task<NodeProcess> StartAsync(Uri chain, params string[] arguments) => StartAsync(chain, new Dictionary<string, string>(), arguments);

    /// <summary>Like the other, with variables in its environment.</summary>
    /// <exception cref="InvalidOperationException">It did not start; the message has its output.</exception>
    public static async Task<NodeProcess> StartAsync(Uri chain, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        DirectoryInfo data = Directory.CreateTempSubdirectory("bundler-node-");
        NodeProcess? node = null;
        try
        {
            node = await LaunchAsync(["--rpc-url", chain.ToString(), "--port", "0", .. arguments], environment, data);
            return node;
        }
        finally
        {
            if (node is null)
            {
                data.Delete(recursive: true);
            }
        }
    }

    /// <summary>Like <see cref="StartAsync"/> on data that is there already; the directory goes with the node.</summary>
    public static Task<NodeProcess> StartOnAsync(DirectoryInfo data, Uri chain, params string[] arguments) =>
        LaunchAsync(["--rpc-url", chain.ToString(), "--port", "0", .. arguments], new Dictionary<string, string>(), data);

    /// <summary>Runs to its end; the output is all that it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        Process process = Start(arguments, environment);
        ProcessOutput output = new(process, ReadyMark, NodeLogs.Open(process));
        using CancellationTokenSource deadline = new(_deadline);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            await output.EndAsync();
            return (process.ExitCode, output.ToString());
        }
        finally
        {
            await ChildProcesses.EndAsync(process);
        }
    }

    /// <summary>Ends it as kill -9 does; the data directory stays for <see cref="RestartAsync"/>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    /// <summary>It stands still (SIGSTOP) until <see cref="ContinueAsync"/>: its connections stay open, and nothing moves.</summary>
    public Task PauseAsync()
    {
        ProcessSignal.SendStop(ProcessId);
        return Eventually.Async(() => ProcessSignal.IsStopped(ProcessId), _deadline, "the node stands still");
    }

    public Task ContinueAsync()
    {
        ProcessSignal.SendContinue(ProcessId);
        return Eventually.Async(() => !ProcessSignal.IsStopped(ProcessId), _deadline, "the node goes on");
    }

    /// <summary>Asks it to end (SIGTERM) and waits; the exit code.</summary>
    public Task<int> StopAsync()
    {
        ProcessSignal.SendTerminate(ProcessId);
        return EndAsync();
    }

    /// <summary>Waits until it ends by itself, and until all that it printed is in <see cref="Output"/>; the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using CancellationTokenSource deadline = new(_deadline);
        await _process.WaitForExitAsync(deadline.Token);
        await _output.EndAsync().WaitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>A new process with the same arguments on the same data directory; this one must have ended, and hands the directory over.</summary>
    public Task<NodeProcess> RestartAsync(params string[] further)
    {
        _keepsData = true;
        return LaunchAsync([.. _arguments, .. further], _environment, _data);
    }

    /// <summary>The whole answer to a call: a result or an error.</summary>
    public async Task<JsonElement> CallAsync(string method, params object?[] parameters)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync(Url, new { jsonrpc = "2.0", id = 1, method, @params = parameters });
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>The result of a call.</summary>
    /// <exception cref="InvalidOperationException">The node answered with an error.</exception>
    public async Task<JsonElement> RpcAsync(string method, params object?[] parameters)
    {
        JsonElement answer = await CallAsync(method, parameters);
        return answer.TryGetProperty("result", out JsonElement result) ? result : throw new InvalidOperationException($"{method}: {answer}");
    }

    /// <summary>Hands it an operation; the userOpHash.</summary>
    /// <exception cref="InvalidOperationException">The node refused it.</exception>
    public async Task<string> SendAsync(EntryPoint entryPoint, UserOperation operation) =>
        (await RpcAsync("eth_sendUserOperation", OperationWire.Of(entryPoint, operation), entryPoint.Address.ToString())).GetString()!;

    /// <summary>Hands it an operation that it may refuse; the whole answer.</summary>
    public Task<JsonElement> OfferAsync(EntryPoint entryPoint, UserOperation operation) =>
        CallAsync("eth_sendUserOperation", OperationWire.Of(entryPoint, operation), entryPoint.Address.ToString());

    /// <summary>What GET answers at a path: status and JSON.</summary>
    public async Task<(int Status, JsonElement Body)> GetAsync(string path)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(Url, path));
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>What /health/ready tells the operators: status and JSON.</summary>
    public async Task<(int Status, JsonElement Body)> ReadinessAsync()
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(OperatorUrl, "/health/ready"));
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>What GET answers at a path of the operators' address: status and text.</summary>
    public async Task<(int Status, string Body)> GetOperatorsAsync(string path)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(OperatorUrl, path));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>What POST without a body answers at a path of the operators' address: status and JSON.</summary>
    public async Task<(int Status, JsonElement Body)> PostOperatorsAsync(string path)
    {
        using HttpResponseMessage response = await _http.PostAsync(new Uri(OperatorUrl, path), null);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await ChildProcesses.EndAsync(_process);
        if (!_keepsData)
        {
            _data.Delete(recursive: true);
        }
    }

    private static async Task<NodeProcess> LaunchAsync(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, DirectoryInfo data)
    {
        string[] operators = arguments.Any(argument => argument.StartsWith(OperatorAddress, StringComparison.Ordinal)) ? [] : [$"{OperatorAddress}=127.0.0.1:0"];
        Process process = Start([.. arguments, .. operators, "--data-dir", data.FullName], environment);
        ProcessOutput output = new(process, ReadyMark, NodeLogs.Open(process));
        NodeProcess? node = null;
        try
        {
            node = new NodeProcess(process, output, await output.ReadyAsync(_deadline), arguments, environment, data);
            return node;
        }
        finally
        {
            if (node is null)
            {
                await ChildProcesses.EndAsync(process);
            }
        }
    }

    private static Process Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        ProcessStartInfo start = new("dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return ChildProcesses.Start(start);
    }
}
