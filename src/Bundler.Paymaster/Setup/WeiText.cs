using System.Globalization;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>Amounts for people, who read neither nineteen digits nor a unit without its digits.</summary>
public static class WeiText
{
    private const int Decimals = 18;

    /// <summary>1500000000000000000 wei (1.5).</summary>
    public static string Of(UInt256 wei)
    {
        string digits = wei.ToBigInteger().ToString(CultureInfo.InvariantCulture).PadLeft(Decimals + 1, '0');
        string fraction = digits[^Decimals..].TrimEnd('0');
        return $"{wei} wei ({digits[..^Decimals]}{(fraction.Length > 0 ? "." : "")}{fraction})";
    }
}
