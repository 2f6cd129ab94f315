using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Client;

public sealed class SendErrorTests
{
    [TestCase("nonce too low: next nonce 5, tx nonce 4", SendErrorKind.NonceTooLow, TestName = "geth, bsc, reth: nonce too low")]
    [TestCase("OldNonce, Current nonce: 5, nonce of rejected tx: 4", SendErrorKind.NonceTooLow, TestName = "nethermind: old nonce")]
    [TestCase("nonce too high", SendErrorKind.NonceTooHigh, TestName = "geth, bsc: nonce too high")]
    [TestCase("NonceGap, Future nonce. Expected nonce: 5", SendErrorKind.NonceTooHigh, TestName = "nethermind: nonce gap")]
    [TestCase("transaction underpriced", SendErrorKind.Underpriced, TestName = "geth, bsc, reth: underpriced")]
    [TestCase("underpriced", SendErrorKind.Underpriced, TestName = "erigon: underpriced")]
    [TestCase("fee too low", SendErrorKind.Underpriced, TestName = "erigon: fee too low")]
    [TestCase("FeeTooLowToCompete", SendErrorKind.Underpriced, TestName = "nethermind: fee too low to compete")]
    [TestCase("pending sub pool is full", SendErrorKind.PoolFull, TestName = "erigon: pool full")]
    [TestCase("transaction type not supported", SendErrorKind.TypeNotSupported, TestName = "geth, bsc, erigon, reth: type")]
    [TestCase("EIP-7702 fields received but is not supported by the current hardfork.", SendErrorKind.TypeNotSupported, TestName = "anvil: type")]
    [TestCase("authority already reserved", SendErrorKind.AuthorityReserved, TestName = "geth, bsc, reth: authority")]
    [TestCase("in-flight transaction limit reached for delegated accounts", SendErrorKind.NonceTooHigh, TestName = "geth, bsc: delegated signer")]
    [TestCase("intrinsic gas too low: gas 21000, minimum needed 46000", SendErrorKind.GasLimitTooLow, TestName = "geth, bsc: intrinsic gas")]
    [TestCase("txpool is full", SendErrorKind.PoolFull, TestName = "geth, bsc, reth: pool full")]
    [TestCase("replacement transaction underpriced", SendErrorKind.ReplacementUnderpriced, TestName = "geth, bsc, anvil, reth: replacement")]
    [TestCase("INTERNAL_ERROR: could not replace existing tx", SendErrorKind.ReplacementUnderpriced, TestName = "erigon: replacement")]
    [TestCase("ReplacementNotAllowed", SendErrorKind.ReplacementUnderpriced, TestName = "nethermind: replacement")]
    [TestCase("already known", SendErrorKind.AlreadyKnown, TestName = "geth, bsc, erigon, reth: already known")]
    [TestCase("transaction already imported", SendErrorKind.AlreadyKnown, TestName = "anvil: already imported")]
    [TestCase("AlreadyKnown", SendErrorKind.AlreadyKnown, TestName = "nethermind: already known")]
    [TestCase("insufficient funds for gas * price + value: balance 0, tx cost 21000, overshot 21000", SendErrorKind.InsufficientFunds, TestName = "geth, bsc: funds")]
    [TestCase("Insufficient funds for gas * price + value", SendErrorKind.InsufficientFunds, TestName = "anvil: funds")]
    [TestCase("InsufficientFunds, Account balance: 0, cumulative cost: 1", SendErrorKind.InsufficientFunds, TestName = "nethermind: funds")]
    [TestCase("exceeds block gas limit", SendErrorKind.GasLimitExceeded, TestName = "geth, bsc, reth: block gas limit")]
    [TestCase("transaction gas limit too high (cap: 16777216, tx: 20000000)", SendErrorKind.GasLimitExceeded, TestName = "geth, bsc: EIP-7825")]
    [TestCase("intrinsic gas too high", SendErrorKind.GasLimitExceeded, TestName = "anvil: block gas limit")]
    [TestCase("GasLimitExceeded, Gas limit: 1, gas limit of rejected tx: 2", SendErrorKind.GasLimitExceeded, TestName = "nethermind: gas limit")]
    [TestCase("max fee per gas less than block base fee", SendErrorKind.FeeCapTooLow, TestName = "anvil, reth: fee cap")]
    [TestCase("oversized data: transaction size 200000, limit 131072", SendErrorKind.Oversized, TestName = "geth, bsc: oversized")]
    [TestCase("rlp is too long", SendErrorKind.Oversized, TestName = "erigon: oversized")]
    [TestCase("storage slot value condition not met", SendErrorKind.ConditionalRejected, TestName = "bsc: condition")]
    [TestCase("execution reverted: AA25", SendErrorKind.Reverted, TestName = "any: reverted")]
    [TestCase("the node has a cold", SendErrorKind.Unknown, TestName = "anything else is unknown")]
    public void Classifies(string message, SendErrorKind expected)
    {
        SendError error = SendError.Classify(new JsonRpcError(-32000, message));

        Assert.That(error.Kind, Is.EqualTo(expected));
        Assert.That(error.Minimum, Is.Null);
        Assert.That(error.Message, Is.EqualTo(message));
    }

    [TestCase("transaction gas price below minimum: gas tip cap 100000000, minimum needed 1000000000", SendErrorKind.TipTooLow, 1_000_000_000ul)]
    [TestCase("transaction underpriced: gas tip cap 1, minimum needed 50000000", SendErrorKind.TipTooLow, 50_000_000ul)]
    [TestCase("transaction underpriced: tip needed 1000000000, tip permitted 7", SendErrorKind.TipTooLow, 1_000_000_000ul)]
    [TestCase("max fee per gas less than block base fee: address 0x01, maxFeePerGas: 1, baseFee: 875000000", SendErrorKind.FeeCapTooLow, 875_000_000ul)]
    [TestCase("FeeTooLow, EffectivePriorityFeePerGas too low 0 < 1, BaseFee: 7", SendErrorKind.Underpriced, 7ul)]
    public void Reads_the_least_fee_that_the_node_names(string message, SendErrorKind expected, ulong minimum)
    {
        SendError error = SendError.Classify(new JsonRpcError(-32000, message));

        Assert.That(error.Kind, Is.EqualTo(expected));
        Assert.That(error.Minimum, Is.EqualTo((UInt256)minimum));
    }
}
