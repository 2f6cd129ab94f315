using System.Collections.Concurrent;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Contracts;

/// <summary>
/// Before the first grant of each paymaster: its code is one that is known, and what it would check is what we would sign, on an operation made up here. The node's answer is compared
/// and never signed (checklist row 10). Nothing is signed for a contract that fails; it is asked again after a while.
/// </summary>
public sealed class ContractTrial(EthClient eth, TimeProvider clock)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    /// <summary>One entry for each configured paymaster.</summary>
    private readonly ConcurrentDictionary<Address, Verdict> _verdicts = new();

    /// <summary>Why nothing is signed for it, in one sentence; <c>null</c> when it passed. A pass holds as long as the process: code behind an address does not change.</summary>
    /// <exception cref="TransportException">The Ethereum node does not answer.</exception>
    public async ValueTask<string?> FaultAsync(SponsoredPaymaster paymaster, CancellationToken cancellationToken)
    {
        if (_verdicts.TryGetValue(paymaster.Address, out Verdict? known) && (known.Fault is null || clock.GetElapsedTime(known.At) < Again))
        {
            return known.Fault;
        }

        string? fault = await TryAsync(paymaster, cancellationToken);
        _verdicts[paymaster.Address] = new Verdict(fault, clock.GetTimestamp());
        return fault;
    }

    private async Task<string?> TryAsync(SponsoredPaymaster paymaster, CancellationToken cancellationToken)
    {
        Bytes code = await eth.GetCodeAsync(paymaster.Address, BlockTag.Latest, cancellationToken);
        if (code.IsEmpty)
        {
            return $"there is no contract at {paymaster.Address}";
        }

        if (!paymaster.AcceptsUnknownCode && !KnownCode.Is(paymaster.Codec.Kind, paymaster.Site.EntryPoint.Version, code.Span))
        {
            return $"the code at {paymaster.Address} is not one that is known; the operator may vouch for it with AcceptUnknownCode";
        }

        UserOperation operation = MadeUp(paymaster);
        GrantTerms terms = new(0x0102_0304, 0x0102_0303, GrantId.Random());
        Hash32 own = paymaster.Codec.HashOf(operation, paymaster.Site, terms, default);
        try
        {
            CallRequest call = new() { To = paymaster.Address, Data = paymaster.Codec.EncodeGetHash(operation, paymaster.Site, terms) };
            Bytes answer = await eth.CallAsync(call, BlockTag.Latest, cancellationToken);
            return answer.Length == Hash32.Size && new Hash32(answer.Span) == own ? null : $"{paymaster.Address} hashes an operation otherwise than its kind does";
        }
        catch (CallRevertedException)
        {
            return $"{paymaster.Address} does not hash an operation as its kind does";
        }
    }

    /// <summary>With something in every field, and a sender that has no code.</summary>
    private static UserOperation MadeUp(SponsoredPaymaster paymaster) => new()
    {
        Sender = Address.Parse("0x7e57000000000000000000000000000000007e57"),
        Nonce = 0x0102,
        Factory = Address.Parse("0x7e57000000000000000000000000000000000fac"),
        FactoryData = Bytes.Parse("0x01020304"),
        CallData = Bytes.Parse("0x0506070809"),
        CallGasLimit = 11,
        VerificationGasLimit = 12,
        PreVerificationGas = 13,
        MaxFeePerGas = 15,
        MaxPriorityFeePerGas = 14,
        PaymasterVerificationGasLimit = paymaster.Site.EntryPoint.HasPaymasterGasLimits ? 16 : 0,
    };

    private sealed record Verdict(string? Fault, long At);
}
