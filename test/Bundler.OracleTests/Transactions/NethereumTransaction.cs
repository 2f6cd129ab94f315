using System.Numerics;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Nethereum.Model;
using AccessListTransaction = Bundler.Ethereum.Transactions.AccessListTransaction;
using LegacyTransaction = Bundler.Ethereum.Transactions.LegacyTransaction;

namespace Bundler.OracleTests.Transactions;

/// <summary>Our transactions built anew from their fields as Nethereum's, and signed there.</summary>
internal static class NethereumTransaction
{
    public static ISignedTransaction Of(Transaction transaction) => transaction switch
    {
        LegacyTransaction legacy => new LegacyTransactionChainId(
            To(legacy), Number(legacy.Value), legacy.Nonce, Number(legacy.GasPrice), Number(legacy.GasLimit), legacy.Data.ToString(), Number(legacy.ChainId)),
        AccessListTransaction listed => new Transaction2930(
            Number(listed.ChainId), listed.Nonce, Number(listed.GasPrice), Number(listed.GasLimit), To(listed), Number(listed.Value), listed.Data.ToString(), Items(listed.AccessList)),
        FeeMarketTransaction market => new Transaction1559(
            Number(market.ChainId), market.Nonce, Number(market.MaxPriorityFeePerGas), Number(market.MaxFeePerGas), Number(market.GasLimit), To(market),
            Number(market.Value), market.Data.ToString(), Items(market.AccessList)),
        SetCodeTransaction code => new Transaction7702(
            Number(code.ChainId), code.Nonce, Number(code.MaxPriorityFeePerGas), Number(code.MaxFeePerGas), Number(code.GasLimit), To(code),
            Number(code.Value), code.Data.ToString(), Items(code.AccessList), [.. code.AuthorizationList.Select(Tuple)]),
        _ => throw new NotSupportedException(transaction.GetType().Name),
    };

    public static BigInteger Number(UInt256 value) => value.ToBigInteger();

    private static Authorisation7702Signed Tuple(Authorization tuple) => new(
        Number(tuple.ChainId), tuple.Address.ToString(), tuple.Nonce, Word(tuple.R), Word(tuple.S), tuple.YParity == 0 ? [] : [tuple.YParity]);

    private static byte[] Word(UInt256 value) => value.ToBigInteger().ToByteArray(isUnsigned: true, isBigEndian: true);

    private static string To(Transaction transaction) => transaction.To?.ToString() ?? "";

    private static List<AccessListItem> Items(IReadOnlyList<AccessListEntry> entries) =>
        [.. entries.Select(entry => new AccessListItem(entry.Address.ToString(), [.. entry.StorageKeys.Select(key => key.ToBytes().ToArray())]))];
}
