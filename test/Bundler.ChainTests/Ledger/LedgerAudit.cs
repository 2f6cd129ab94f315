using System.Text.Json;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Ledger;

/// <summary>What signers paid and the beneficiary got by the chain, beside what a ledger says of it, to the wei.</summary>
internal sealed class LedgerAudit(EthClient eth, IReadOnlyList<Address> signers, Address beneficiary)
{
    private Dictionary<Address, UInt256> _before = [];

    /// <summary>Remembers the wei of every signer and of the beneficiary, before any of them has acted.</summary>
    public async Task BeginAsync() => _before = await BalancesAsync();

    /// <summary>Whether a ledger has so many operations and every nonce that a signer has used, and no signer has one on its way.</summary>
    public async Task<bool> IsSettledAsync(JsonElement totals, int operations)
    {
        ulong nonces = 0;
        bool idle = true;
        foreach (Address signer in signers)
        {
            ulong latest = await eth.GetTransactionCountAsync(signer, BlockTag.Latest, CancellationToken.None);
            idle &= latest == await eth.GetTransactionCountAsync(signer, BlockTag.Pending, CancellationToken.None);
            nonces += latest;
        }

        JsonElement total = totals.GetProperty("total");
        ulong transactions = Number(total, "bundles") + Number(total, "reverted") + Number(total, "cancellations");
        return idle && Number(total, "operations") == (ulong)operations && transactions == nonces;
    }

    /// <summary>Every signer lost what the ledger says it paid, the beneficiary got what it says it received.</summary>
    public async Task AssertEqualAsync(JsonElement totals)
    {
        Dictionary<Address, UInt256> after = await BalancesAsync();
        UInt256 lost = UInt256.Zero;
        foreach (JsonElement signer in totals.GetProperty("signers").EnumerateArray())
        {
            Address address = Address.Parse(signer.GetProperty("signer").GetString()!);
            lost += _before[address] - after[address];
            Assert.That(Wei(signer, "gasPaid"), Is.EqualTo(_before[address] - after[address]), $"what {address} paid");
        }

        UInt256 received = after[beneficiary] - _before[beneficiary];
        JsonElement total = totals.GetProperty("total");
        Assert.That(Wei(total, "feesReceived"), Is.EqualTo(received), "what the beneficiary received");
        Assert.That(Wei(total, "gasPaid"), Is.EqualTo(lost), "what all signers paid");
        Assert.That(total.GetProperty("net").GetString(), Is.EqualTo(received >= lost ? (received - lost).ToString() : $"-{lost - received}"));
    }

    private async Task<Dictionary<Address, UInt256>> BalancesAsync()
    {
        Dictionary<Address, UInt256> balances = [];
        foreach (Address address in signers.Append(beneficiary))
        {
            balances[address] = await eth.GetBalanceAsync(address, BlockTag.Latest, CancellationToken.None);
        }

        return balances;
    }

    private static ulong Number(JsonElement element, string name) => element.GetProperty(name).GetUInt64();

    private static UInt256 Wei(JsonElement element, string name) => UInt256.ParseDecimal(element.GetProperty(name).GetString());
}
