using System.Globalization;
using System.Net;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Keys;

/// <summary>Lists and budgets of keys as one line, for the store, the command line and the operators' address. A budget reads <c>day:wei=1000000,count=50</c>.</summary>
public static class ApiKeyText
{
    private const char Between = ' ';

    /// <summary>One line.</summary>
    public static string Of(IEnumerable<string> items) => string.Join(Between, items);

    /// <inheritdoc cref="Of(IEnumerable{string})"/>
    public static string Of(IEnumerable<IPNetwork> networks) => Of(networks.Select(network => network.ToString()));

    /// <inheritdoc cref="Of(IEnumerable{string})"/>
    public static string Of(IEnumerable<ApiKeyBudget> budgets) => Of(budgets.Select(Of));

    /// <summary>The items of a line.</summary>
    public static IReadOnlyList<string> Items(string line) => line.Split(Between, StringSplitOptions.RemoveEmptyEntries);

    /// <exception cref="CodecException">One is no network.</exception>
    public static IReadOnlyList<IPNetwork> Networks(string line) => [.. Items(line).Select(Network)];

    /// <exception cref="CodecException">One is no budget.</exception>
    public static IReadOnlyList<ApiKeyBudget> Budgets(string line) => [.. Items(line).Select(Budget)];

    /// <summary>A network in CIDR form, or one address.</summary>
    /// <exception cref="CodecException">It is neither.</exception>
    public static IPNetwork Network(string text) =>
        IPNetwork.TryParse(text, out IPNetwork network) ? network
        : IPAddress.TryParse(text, out IPAddress? address) ? new IPNetwork(address, 8 * address.GetAddressBytes().Length)
        : throw new CodecException($"{text} is neither an address nor a network such as 10.0.0.0/8");

    /// <summary>An origin as browsers write it: scheme, host and port if it is not the usual one.</summary>
    /// <exception cref="CodecException">It is none.</exception>
    public static string Origin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.GetLeftPart(UriPartial.Authority) == text.ToLowerInvariant()
            ? text.ToLowerInvariant()
            : throw new CodecException($"{text} is no web origin such as https://wallet.example");

    /// <summary>A period and the most wei, the most grants, or both.</summary>
    /// <exception cref="CodecException">It is none.</exception>
    public static ApiKeyBudget Budget(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length != 2 || !Enum.TryParse(parts[0], ignoreCase: true, out GrantPeriod period) || !Enum.IsDefined(period) || char.IsAsciiDigit(parts[0][0]))
        {
            throw new CodecException($"{text} is no budget such as day:wei=1000000,count=50");
        }

        ApiKeyBudget budget = new(period, null, null);
        foreach (string bound in parts[1].Split(','))
        {
            budget = bound.Split('=') switch
            {
                ["wei", string wei] => budget with { Wei = UInt256.ParseDecimal(wei) },
                ["count", string count] when ulong.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out ulong most) => budget with { Count = most },
                _ => throw new CodecException($"{bound} is no bound such as wei=1000000 or count=50"),
            };
        }

        return budget;
    }

    private static string Of(ApiKeyBudget budget) =>
        $"{ApiKeyBudget.WordOf(budget.Period)}:" + string.Join(
            ',', new[] { budget.Wei is { } wei ? $"wei={wei}" : null, budget.Count is { } count ? string.Create(CultureInfo.InvariantCulture, $"count={count}") : null }
                .OfType<string>());
}
