using System.Numerics;
using Bundler.Client;
using Bundler.Client.Operations;
using Bundler.Client.Rpc;
using Newtonsoft.Json.Linq;

namespace Bundler.ClientTests.Golden;

/// <summary>Every typed request, called with the parameters of a golden exchange.</summary>
internal static class TypedMethods
{
    private static readonly Dictionary<string, Func<BundlerApiService, JArray, Task<object?>>> _calls = new()
    {
        ["eth_chainId"] = async (bundler, _) => await bundler.ChainId.SendRequestAsync(),
        ["eth_supportedEntryPoints"] = async (bundler, _) => await bundler.SupportedEntryPoints.SendRequestAsync(),
        ["eth_sendUserOperation"] = async (bundler, given) => await bundler.SendUserOperation.SendRequestAsync(Operation(given), At(given)),
        ["eth_estimateUserOperationGas"] = async (bundler, given) => given.Count < 3
            ? await bundler.EstimateUserOperationGas.SendRequestAsync(Operation(given), At(given))
            : await bundler.EstimateUserOperationGas.SendRequestAsync(Operation(given), At(given), given[2].ToObject<Dictionary<string, AccountStateOverride>>()!),
        ["eth_getUserOperationByHash"] = async (bundler, given) => await bundler.GetUserOperationByHash.SendRequestAsync(Text(given, 0)),
        ["eth_getUserOperationReceipt"] = async (bundler, given) => await bundler.GetUserOperationReceipt.SendRequestAsync(Text(given, 0)),
        ["web3_clientVersion"] = async (bundler, _) => await bundler.ClientVersion.SendRequestAsync(),
        ["rpc.discover"] = async (bundler, _) => await bundler.Discover.SendRequestAsync(),
        ["bundler_getUserOperationStatus"] = async (bundler, given) => await bundler.GetUserOperationStatus.SendRequestAsync(Text(given, 0)),
        ["bundler_getPendingUserOperation"] = async (bundler, given) =>
            await bundler.GetPendingUserOperation.SendRequestAsync(Text(given, 0), Number(given, 1), given.Count > 2 ? At(given, 2) : null),
        ["bundler_getGasPrice"] = async (bundler, _) => await bundler.GetGasPrice.SendRequestAsync(),
        ["bundler_explainPreVerificationGas"] = async (bundler, given) =>
            await bundler.ExplainPreVerificationGas.SendRequestAsync(Operation(given), At(given)),
        ["bundler_explainUserOperation"] = async (bundler, given) => await bundler.ExplainUserOperation.SendRequestAsync(Operation(given), At(given)),
        ["pimlico_getUserOperationStatus"] = async (bundler, given) => await bundler.Pimlico.GetUserOperationStatus.SendRequestAsync(Text(given, 0)),
        ["pimlico_getUserOperationGasPrice"] = async (bundler, _) => await bundler.Pimlico.GetUserOperationGasPrice.SendRequestAsync(),
        ["pimlico_sendUserOperationNow"] = async (bundler, given) => given.Count < 3
            ? await bundler.Pimlico.SendUserOperationNow.SendRequestAsync(Operation(given), At(given))
            : await bundler.Pimlico.SendUserOperationNow.SendRequestAsync(Operation(given), At(given), (int)given[2]["timeoutSeconds"]!),
        ["rundler_getUserOperationStatus"] = async (bundler, given) => given.Count < 2
            ? await bundler.Rundler.GetUserOperationStatus.SendRequestAsync(Text(given, 0))
            : await bundler.Rundler.GetUserOperationStatus.SendRequestAsync(Text(given, 0), (JObject)given[1]),
        ["rundler_getPendingUserOperationBySenderNonce"] = async (bundler, given) =>
            await bundler.Rundler.GetPendingUserOperationBySenderNonce.SendRequestAsync(Text(given, 0), Number(given, 1)),
        ["rundler_maxPriorityFeePerGas"] = async (bundler, _) => await bundler.Rundler.MaxPriorityFeePerGas.SendRequestAsync(),
        ["rundler_getUserOperationGasPrice"] = async (bundler, _) => await bundler.Rundler.GetUserOperationGasPrice.SendRequestAsync(),
        ["rundler_dropLocalUserOperation"] = async (bundler, given) =>
            await bundler.Rundler.DropLocalUserOperation.SendRequestAsync(Operation(given), At(given)),
        ["skandha_getGasPrice"] = async (bundler, _) => await bundler.Skandha.GetGasPrice.SendRequestAsync(),
    };

    public static IEnumerable<string> Names => _calls.Keys;

    public static Task<object?> CallAsync(BundlerApiService bundler, Exchange exchange) => _calls[exchange.Method](bundler, exchange.Parameters);

    private static UserOperation Operation(JArray given) => given[0].ToObject<UserOperation>()!;

    private static EntryPoint At(JArray given, int index = 1)
    {
        string address = Text(given, index);
        return EntryPoint.Published.SingleOrDefault(each => each.Address == address) ?? new EntryPoint(EntryPointVersion.V07, address);
    }

    private static string Text(JArray given, int index) => (string)given[index]!;

    private static BigInteger Number(JArray given, int index) => BigInteger.Parse("0" + Text(given, index)[2..], System.Globalization.NumberStyles.HexNumber);
}
