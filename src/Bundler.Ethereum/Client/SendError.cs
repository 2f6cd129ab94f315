using System.Text.RegularExpressions;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>A node's refusal, understood. Nodes differ in words and share the codes, so the words decide: one rule, one line, the first that fits.</summary>
/// <param name="Minimum">Wei: the least fee the node would take, when it says so.</param>
public sealed partial record SendError(SendErrorKind Kind, string Message, UInt256? Minimum = null)
{
    private static readonly (string Words, SendErrorKind Kind)[] Rules =
    [
        ("nonce too low", SendErrorKind.NonceTooLow),                                            // geth, bsc, anvil, erigon, reth
        ("oldnonce", SendErrorKind.NonceTooLow),                                                 // nethermind
        ("nonce too high", SendErrorKind.NonceTooHigh),                                          // geth, bsc, anvil, reth
        ("noncegap", SendErrorKind.NonceTooHigh),                                                // nethermind
        ("noncetoofarinfuture", SendErrorKind.NonceTooHigh),                                     // nethermind
        ("nonce too distant", SendErrorKind.NonceTooHigh),                                       // erigon, besu
        ("replacement transaction underpriced", SendErrorKind.ReplacementUnderpriced),           // geth, bsc, anvil, reth
        ("could not replace existing tx", SendErrorKind.ReplacementUnderpriced),                 // erigon
        ("replacementnotallowed", SendErrorKind.ReplacementUnderpriced),                         // nethermind
        ("already known", SendErrorKind.AlreadyKnown),                                           // geth, bsc, erigon, reth
        ("alreadyknown", SendErrorKind.AlreadyKnown),                                            // nethermind
        ("already imported", SendErrorKind.AlreadyKnown),                                        // anvil
        ("existing tx with same hash", SendErrorKind.AlreadyKnown),                              // erigon
        ("insufficient funds", SendErrorKind.InsufficientFunds),                                 // geth, bsc, anvil, erigon, reth
        ("insufficientfunds", SendErrorKind.InsufficientFunds),                                  // nethermind
        ("exceeds block gas limit", SendErrorKind.GasLimitExceeded),                             // geth, bsc, reth
        ("gas limit too high", SendErrorKind.GasLimitExceeded),                                  // geth, bsc, anvil (EIP-7825)
        ("intrinsic gas too high", SendErrorKind.GasLimitExceeded),                              // anvil
        ("gas limit is too big", SendErrorKind.GasLimitExceeded),                                // erigon
        ("gaslimitexceeded", SendErrorKind.GasLimitExceeded),                                    // nethermind
        ("intrinsic gas too low", SendErrorKind.GasLimitTooLow),                                 // geth, bsc, anvil, erigon, reth
        ("floor data gas", SendErrorKind.GasLimitTooLow),                                        // geth, bsc, reth (EIP-7623)
        ("type not supported", SendErrorKind.TypeNotSupported),                                  // geth, bsc, erigon, reth
        ("not supported by the current hardfork", SendErrorKind.TypeNotSupported),               // anvil
        ("notsupportedtxtype", SendErrorKind.TypeNotSupported),                                  // nethermind
        ("7702 transactions are not", SendErrorKind.TypeNotSupported),                           // reth
        ("authority already reserved", SendErrorKind.AuthorityReserved),                         // geth, bsc, reth
        ("limit reached for delegated accounts", SendErrorKind.NonceTooHigh),                    // geth, bsc: of the signer
        ("gapped-nonce tx from delegated accounts", SendErrorKind.NonceTooHigh),                 // geth, bsc: of the signer
        ("gas tip cap", SendErrorKind.TipTooLow),                                                // geth, bsc
        ("tip needed", SendErrorKind.TipTooLow),                                                 // older geth, bsc
        ("minimum required priority fee", SendErrorKind.TipTooLow),                              // reth
        ("max fee per gas less than block base fee", SendErrorKind.FeeCapTooLow),                // geth, bsc, anvil, reth
        ("fee cap less than block base fee", SendErrorKind.FeeCapTooLow),                        // erigon
        ("feetoolow", SendErrorKind.Underpriced),                                                // nethermind
        ("fee too low", SendErrorKind.Underpriced),                                              // erigon
        ("underpriced", SendErrorKind.Underpriced),                                              // geth, bsc, erigon, reth
        ("require gasprice", SendErrorKind.Underpriced),                                         // 48 Club
        ("gas price below minimum", SendErrorKind.Underpriced),                                  // geth, bsc
        ("pool is full", SendErrorKind.PoolFull),                                                // geth, bsc, reth, erigon
        ("account limit exceeded", SendErrorKind.PoolFull),                                      // geth, bsc
        ("oversized data", SendErrorKind.Oversized),                                             // geth, bsc, reth
        ("rlp is too long", SendErrorKind.Oversized),                                            // erigon
        ("maxtxsizeexceeded", SendErrorKind.Oversized),                                          // nethermind
        ("condition not met", SendErrorKind.ConditionalRejected),                                // bsc
        ("execution reverted", SendErrorKind.Reverted),                                          // geth, bsc, anvil, erigon, reth, nethermind
    ];

    public static SendError Classify(JsonRpcError error)
    {
        SendErrorKind kind = Array.Find(Rules, rule => error.Message.Contains(rule.Words, StringComparison.OrdinalIgnoreCase)).Kind;
        bool hasMinimum = kind is SendErrorKind.TipTooLow or SendErrorKind.FeeCapTooLow or SendErrorKind.Underpriced;
        return new SendError(kind, error.Message, hasMinimum ? ReadMinimum(error.Message) : null);
    }

    private static UInt256? ReadMinimum(string message)
    {
        Match match = MinimumPattern().Match(message);
        return match.Success ? UInt256.ParseDecimal(match.Groups[1].ValueSpan) : null;
    }

    // "require GasPrice=1000000000",
    // "minimum needed 1000000000", "tip needed 1000000000", "baseFee: 7", "minimum required priority fee 1": at most 18 digits are a fee.
    [GeneratedRegex(@"(?:minimum needed|tip needed|base ?fee:?|minimum required priority fee|require gasprice)[:= ]+(\d{1,18})\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MinimumPattern();
}
