using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Bundler.Testing;

/// <summary>A dev chain of the test's own: anvil with the <see cref="Deployments"/>, gone with all it wrote when disposed.</summary>
public sealed class AnvilProcess : IAsyncDisposable
{
    private const string ReadyMark = "Listening on ";
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private readonly Process _process;
    private readonly ProcessOutput _output;
    private readonly HttpClient _http = new() { Timeout = _deadline };

    private AnvilProcess(Process process, ProcessOutput output, string folder, Uri url)
    {
        _process = process;
        _output = output;
        Folder = folder;
        Url = url;
    }

    /// <summary>The JSON-RPC endpoint.</summary>
    public Uri Url { get; }

    /// <summary>The same endpoint over WebSocket.</summary>
    public Uri WebSocketUrl => new UriBuilder(Url) { Scheme = "ws" }.Uri;

    public int ProcessId => _process.Id;

    /// <summary>The temporary folder that anvil may write to.</summary>
    public string Folder { get; }

    /// <summary>The last lines that anvil printed: the methods called, the transactions mined.</summary>
    public string Output => _output.ToString();

    /// <exception cref="InvalidOperationException">anvil is not installed, or ended at once; the message has its output.</exception>
    public static async Task<AnvilProcess> StartAsync(AnvilOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new AnvilOptions();
        string binary = FindBinary();
        string state = await DevChainState.FileAsync(options.ChainId);
        string folder = Directory.CreateTempSubdirectory("bundler-anvil-").FullName;
        ProcessStartInfo start = new(binary, Arguments(options, state, folder)) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = ChildProcesses.Start(start);
        ProcessOutput output = new(process, ReadyMark);
        AnvilProcess? anvil = null;
        try
        {
            string line = await output.ReadyAsync(_deadline, cancellationToken);
            anvil = new AnvilProcess(process, output, folder, new Uri("http://" + line[(line.IndexOf(ReadyMark, StringComparison.Ordinal) + ReadyMark.Length)..]));
            return anvil;
        }
        finally
        {
            if (anvil is null)
            {
                await EndAsync(process, folder);
            }
        }
    }

    /// <summary>
    /// Calls any method of the node, the anvil_ ones included, past the product's own client. Where anvil mines by itself, a transaction that it was to send is in a block afterwards: anvil answers
    /// before.
    /// </summary>
    /// <exception cref="InvalidOperationException">The node answered with an error.</exception>
    public async Task<JsonElement> RpcAsync(string method, params object?[] parameters)
    {
        if (method == "eth_sendTransaction")
        {
            return await TransactAsync(parameters);
        }

        return Result(method, await AskAsync(method, parameters));
    }

    /// <summary>Lets the node hang: its port takes connections and nothing is answered.</summary>
    public async Task PauseAsync()
    {
        ProcessSignal.SendStop(ProcessId);
        await Eventually.Async(() => ProcessSignal.IsStopped(ProcessId), _deadline, "anvil stands still");
    }

    /// <summary>Ends a <see cref="PauseAsync"/>.</summary>
    public async Task ResumeAsync()
    {
        ProcessSignal.SendContinue(ProcessId);
        await Eventually.Async(() => !ProcessSignal.IsStopped(ProcessId), _deadline, "anvil runs again");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await EndAsync(_process, Folder);
    }

    private async Task<JsonElement> TransactAsync(object?[] parameters)
    {
        // anvil may choose the nonce of a transaction whose block it is just making.
        JsonElement answer = default;
        await Eventually.Async(async () => !IsUnderpriced(answer = await AskAsync("eth_sendTransaction", parameters)), _deadline, "the block before is made");
        JsonElement hash = Result("eth_sendTransaction", answer);
        if (Result("anvil_getAutomine", await AskAsync("anvil_getAutomine", [])).GetBoolean())
        {
            await Eventually.Async(
                async () => Result("eth_getTransactionReceipt", await AskAsync("eth_getTransactionReceipt", [hash.GetString()])).ValueKind != JsonValueKind.Null,
                _deadline,
                $"{hash} is mined");
        }

        return hash;
    }

    private static JsonElement Result(string method, JsonElement answer) =>
        answer.TryGetProperty("result", out JsonElement result) ? result : throw new InvalidOperationException($"{method}: {answer}");

    private static bool IsUnderpriced(JsonElement answer) => answer.TryGetProperty("error", out JsonElement error) && $"{error}".Contains("underpriced", StringComparison.Ordinal);

    private async Task<JsonElement> AskAsync(string method, object?[] parameters)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync(Url, new { jsonrpc = "2.0", id = 1, method, @params = parameters });
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task EndAsync(Process process, string folder)
    {
        await ChildProcesses.EndAsync(process);
        Directory.Delete(folder, recursive: true);
    }

    private static string FindBinary()
    {
        string path = Environment.GetEnvironmentVariable("ANVIL") ?? Repo.PathOf("node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil");
        return File.Exists(path) ? path : throw new InvalidOperationException($"no anvil at {path}: run npm ci --ignore-scripts in the repository");
    }

    /// <summary>The latest states are kept in memory and none on disk: by default anvil writes every one of them to a file.</summary>
    private static IEnumerable<string> Arguments(AnvilOptions options, string state, string folder) =>
    [
        "--port", options.Port.ToString(CultureInfo.InvariantCulture),
        "--chain-id", options.ChainId.ToString(CultureInfo.InvariantCulture),
        "--gas-limit", options.BlockGasLimit.ToString(CultureInfo.InvariantCulture),
        "--balance", "1000000",
        "--load-state", state,
        "--prune-history", "64",
        "--cache-path", folder,
        .. options.BlockTimeSeconds is { } seconds ? (string[])["--block-time", seconds.ToString(CultureInfo.InvariantCulture)] : [],
        .. options.ExtraArguments,
    ];
}
