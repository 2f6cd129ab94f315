using System.Globalization;
using System.Net;
using System.Text.Json;
using Bundler.Engine;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Bundler.Rpc;
using Bundler.Rpc.Access;
using Bundler.Storage;
using Bundler.Storage.Sqlite;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Commands;

/// <summary>
/// What the living grants of a paymaster may still take, from the store; or, where a running node holds a SQLite file, from that node's operators' address. A store that is not there says nothing:
/// an empty one would say that nobody is owed anything.
/// </summary>
internal sealed class LedgerDoor(IServiceProvider services)
{
    private const int MaxAnswerBytes = 1_048_576;
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);

    /// <returns>What is owed, or why nobody knows.</returns>
    public async Task<(GrantLiability? Owed, string? Unknown)> ReadAsync(Address paymaster, CancellationToken cancellationToken)
    {
        StorageOptions storage = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        string file = Path.Combine(storage.DataDirectory, storage.FileName);
        if (storage.Kind == StorageKind.Sqlite && !File.Exists(file))
        {
            return (null, $"there is no ledger at {file}");
        }

        try
        {
            await services.GetRequiredService<SqlDatabase>().OpenAsync(cancellationToken);
            return (await services.GetRequiredService<IGrantStore>().LiabilityAsync(paymaster, cancellationToken), null);
        }
        catch (DataDirectoryInUseException inUse)
        {
            return await AskNodeAsync(paymaster, inUse.Message, cancellationToken);
        }
        catch (StoreUnavailableException fault)
        {
            return (null, fault.Message);
        }
    }

    private async Task<(GrantLiability? Owed, string? Unknown)> AskNodeAsync(Address paymaster, string inUse, CancellationToken cancellationToken)
    {
        if (OperatorListener.Parse(services.GetRequiredService<IOptions<RpcOptions>>().Value.OperatorAddress) is not { Port: > 0 } address)
        {
            return (null, $"{inUse} With Bundler:Rpc:OperatorAddress the running node is asked");
        }

        IPAddress host = address.Address.Equals(IPAddress.IPv6Any) || address.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Address;
        Uri url = new(string.Create(CultureInfo.InvariantCulture, $"http://{new IPEndPoint(host, address.Port)}/sponsor/ledger"));
        try
        {
            using HttpClient http = new() { Timeout = _timeout, MaxResponseContentBufferSize = MaxAnswerBytes };
            using JsonDocument answer = JsonDocument.Parse(await http.GetStringAsync(url, cancellationToken));
            return answer.RootElement.TryGetProperty(paymaster.ToString(), out JsonElement statement)
                ? (new GrantLiability(Wei(statement, "reservedWei"), Wei(statement, "unseenWei"), Wei(statement, "seenWei")) { Ungranted = Wei(statement, "ungrantedWei") }, null)
                : (null, $"the node at {url.Authority} does not sponsor with {paymaster}");
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException or JsonException or CodecException or KeyNotFoundException or InvalidOperationException)
        {
            return (null, $"the node at {url.Authority} does not say: {fault.Message}");
        }
    }

    private static UInt256 Wei(JsonElement statement, string name) => UInt256.ParseDecimal(statement.GetProperty(name).GetString());
}
