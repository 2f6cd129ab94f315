using Bundler.Engine.Bundling.Checks;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Pool;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling;

/// <summary>Makes a bundle of operations that passed all checks: its gas, its prices, its tuples and its access list.</summary>
public sealed class BundleAssembly(BundleProfit profit, TrackRecord record, IOptions<BundlingOptions> options)
{
    public Bundle Assemble(CheckedBundle passed, Address signer)
    {
        EntryPoint entryPoint = passed.Draft.EntryPoint;
        IReadOnlyList<MempoolEntry> entries = passed.Entries;
        BundleDraft draft = passed.Draft;
        Dictionary<Address, Authorization> authorizations = [];
        foreach (MempoolEntry entry in entries)
        {
            if (entry.Operation.Eip7702Auth is { } authorization)
            {
                authorizations[entry.Operation.Sender] = authorization;
            }
        }

        UInt256 baseFee = draft.Fees.BaseFeePerGas;
        UInt256 lowestTip = entries.Select(entry => Mempool.Tip(entry.Operation, baseFee)).Aggregate(UInt256.Min);
        UInt256 charged = passed.Check.Operations.Select(operation => operation.ActualGasUsed).Aggregate(UInt256.Zero, (sum, gas) => sum + gas);
        return new Bundle
        {
            Id = Guid.NewGuid(),
            EntryPoint = entryPoint,
            Entries = entries,
            CallData = passed.CallData,
            GasLimit = (ulong)draft.Gas,
            GasAtRisk = draft.GasAtRisk,
            HasStrangers = !entries.All(record.Has),
            ExpectedGasUsed = passed.Check.GasUsed,
            ExpectedGasCharged = (ulong)charged,
            LowestTip = profit.Account(passed) is { } account ? UInt256.Min(lowestTip, profit.HighestTip(account, baseFee)) : lowestTip,
            LowestMaxFee = entries.Select(entry => entry.Operation.MaxFeePerGas).Aggregate(UInt256.Min),
            Authorizations = [.. authorizations.Values],
            AccessList = BundleAccessList.Of(
                entries, signer, options.Value.BeneficiaryAddress ?? signer, passed.Check.GasUsed, profit.Floor(passed.CallData)),
        };
    }
}
