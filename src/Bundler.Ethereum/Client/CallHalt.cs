using Bundler.Ethereum.JsonRpc;

namespace Bundler.Ethereum.Client;

/// <summary>Tells an eth_call that the EVM ended without a revert (out of gas, an invalid opcode) from a node in trouble, by the words of the nodes.</summary>
public static class CallHalt
{
    private static readonly string[] Words =
    [
        "out of gas",               // geth, bsc, erigon, reth
        "outofgas",                 // anvil, nethermind
        "gas required exceeds",     // geth, reth
        "invalid opcode",           // geth, bsc, erigon
        "invalidfeopcode",          // anvil, reth
        "badinstruction",           // nethermind
        "stack underflow",
        "stack limit reached",
        "memory limit",             // anvil
    ];

    public static bool Is(JsonRpcError error) => Array.Exists(Words, word => error.Message.Contains(word, StringComparison.OrdinalIgnoreCase));
}
