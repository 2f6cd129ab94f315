using System.Collections.Frozen;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>The opcodes that rules speak of, by their yellow-paper names.</summary>
public static class OpcodeNames
{
    public const byte Balance = 0x31;
    public const byte Origin = 0x32;
    public const byte GasPrice = 0x3a;
    public const byte BlockHash = 0x40;
    public const byte Coinbase = 0x41;
    public const byte Timestamp = 0x42;
    public const byte Number = 0x43;
    public const byte PrevRandao = 0x44;
    public const byte GasLimit = 0x45;
    public const byte SelfBalance = 0x47;
    public const byte BaseFee = 0x48;
    public const byte BlobHash = 0x49;
    public const byte BlobBaseFee = 0x4a;
    public const byte Gas = 0x5a;
    public const byte Create = 0xf0;
    public const byte Create2 = 0xf5;
    public const byte Invalid = 0xfe;
    public const byte SelfDestruct = 0xff;

    private static readonly FrozenDictionary<byte, string> _names = new Dictionary<byte, string>
    {
        [Balance] = "BALANCE",
        [Origin] = "ORIGIN",
        [GasPrice] = "GASPRICE",
        [0x3b] = "EXTCODESIZE",
        [0x3c] = "EXTCODECOPY",
        [0x3f] = "EXTCODEHASH",
        [BlockHash] = "BLOCKHASH",
        [Coinbase] = "COINBASE",
        [Timestamp] = "TIMESTAMP",
        [Number] = "NUMBER",
        [PrevRandao] = "PREVRANDAO",
        [GasLimit] = "GASLIMIT",
        [SelfBalance] = "SELFBALANCE",
        [BaseFee] = "BASEFEE",
        [BlobHash] = "BLOBHASH",
        [BlobBaseFee] = "BLOBBASEFEE",
        [Gas] = "GAS",
        [Create] = "CREATE",
        [0xf1] = "CALL",
        [0xf2] = "CALLCODE",
        [0xf4] = "DELEGATECALL",
        [Create2] = "CREATE2",
        [0xfa] = "STATICCALL",
        [Invalid] = "INVALID",
        [SelfDestruct] = "SELFDESTRUCT",
    }.ToFrozenDictionary();

    /// <summary>Whether a traced opcode is assigned at all (OP-013); those that traces leave out all are.</summary>
    public static bool IsAssigned(byte opcode) => _names.ContainsKey(opcode);

    /// <summary>The name in a sentence, where clients look for PREVRANDAO under the name it had before the merge.</summary>
    public static string InWords(byte opcode) => opcode == PrevRandao ? $"DIFFICULTY ({Of(opcode)})" : Of(opcode);

    public static string Of(byte opcode) => _names.TryGetValue(opcode, out string? name) ? name : $"0x{opcode:x2}";
}
