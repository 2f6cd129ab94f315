using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Strangers;

/// <summary>Accounts as runtime code: their validation pays and agrees; call data that begins with <see cref="Execute"/> does what the kind says.</summary>
internal static class StrangerCode
{
    public const byte Execute = 0xff;

    /// <summary>Jumps behind the validation when the first byte is <see cref="Execute"/>.</summary>
    private const string Fork = "60003560f81c60ff14601f57";

    /// <summary>Sends missingAccountFunds to the caller.</summary>
    private const string Pay = "6000600060006000604435335af1";
    private const string Agree = "60206000f3";

    private static readonly string _before = "0x" + Fork + Pay + Agree + "5b";

    public static Bytes Idle { get; } = Of("00");

    public static Bytes Reverting { get; } = Of("60006000fd");

    /// <summary>Jumps back to where it began.</summary>
    public static Bytes Burning { get; } = Of("601f56");

    /// <summary>Does nothing with more gas than this, and reverts with less.</summary>
    public static Bytes Wanting(uint gas) => Of($"5a63{gas:x8}10602f5760006000fd5b00");

    /// <summary>32 bytes of zeros each.</summary>
    public static Bytes Logging(ushort logs) => Repeating(logs, "60206000a0");

    /// <summary>A fresh slot each.</summary>
    public static Bytes Storing(ushort slots) => Repeating(slots, "808055");

    /// <summary>100 kB of input each.</summary>
    public static Bytes Calling(ushort calls) => Repeating(calls, "60006000620186a06000600061dead6000f150");

    /// <summary>Where <see cref="Attempting"/> notes a failure.</summary>
    public static Hash32 NoteOfFailure { get; } = Hash32.From(0x1fa);

    /// <summary>Tries to write so many fresh slots by a call to itself, and notes in one slot that it did, or in another that the gas did not suffice.</summary>
    public static Bytes Attempting(ushort slots) => Of(
        "333014604657" + "60ff5f53" + "5f5f60015f5f305af1" + "15603e57" + "60016101d05500" + "5b60016101fa5500" + $"5b61{slots:x4}5b808055" + "6001900380604a57" + "00");

    /// <summary>What an account becomes whose validation reverts.</summary>
    public static Bytes Broken { get; } = Bytes.Parse("0x60006000fd");

    /// <summary>What an account becomes that pays and does not know the signature any more.</summary>
    public static Bytes Disowned { get; } = Bytes.Parse("0x" + Pay + "600160005260206000f3");

    private static Bytes Of(string execution) => Bytes.Parse(_before + execution);

    private static Bytes Repeating(ushort times, string body) => Of($"61{times:x4}5b{body}6001900380602357" + "00");
}
