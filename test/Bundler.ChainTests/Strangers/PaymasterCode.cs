using System.Globalization;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Strangers;

/// <summary>Paymasters of every EntryPoint as runtime code: they agree to everything, with a context of 32 bytes or none; all other calls are their postOp.</summary>
internal static class PaymasterCode
{
    /// <summary>As many rounds of 26 gas as slot 0 says; it does not do without one.</summary>
    public const string Working = "5f545b60019003806" + "01c57";

    /// <summary>Reverts without a word.</summary>
    public const string Silent = "5f5ffd";

    /// <summary>Takes all the gas there is.</summary>
    public const string Burning = "fe";

    /// <summary>What a round of <see cref="Working"/> takes.</summary>
    public const ulong RoundGas = 26;

    private const string Context = "60405f52602060405260805ff3";
    private const string NoContext = "604060005260606000f3";

    /// <summary>validatePaymasterUserOp of v0.6 and of the later ones jumps behind the postOp, which begins at 0x1a.</summary>
    public static Bytes Of(string? postOp)
    {
        const int HeadSize = 26;
        string body = (postOp ?? "") + "00";
        string validation = (HeadSize + body.Length / 2).ToString("x4", CultureInfo.InvariantCulture);
        return Bytes.Parse($"0x5f3560e01c8063f465c77e1461{validation}576352b7512c1461{validation}57{body}5b{(postOp is null ? NoContext : Context)}");
    }
}
