using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Engine.Chain;

/// <summary>
/// Whether the Ethereum node takes transactions of EIP-7702 at all: it is sent one that nobody can pay for, whose type is judged before its funds. No call
/// tells, for nodes run a delegation in a call whatever the hardfork is.
/// </summary>
public sealed class SetCodeProbe(EthClient eth, ChainProfile chain, TimeProvider clock) : IDisposable
{
    /// <summary>What is not sure for ever is asked again after so long: the chain's next hardfork may have come, or the node's mood have passed.</summary>
    private static readonly TimeSpan AskedAgain = TimeSpan.FromMinutes(1);

    private const ulong Gas = 100_000;
    private static readonly UInt256 _fee = 1_000_000_000_000;

    /// <summary>More than there is of any coin.</summary>
    private static readonly UInt256 _value = UInt256.MaxValue / 4;

    private readonly SemaphoreSlim _asking = new(1, 1);
    private Answer? _known;

    /// <summary>What the node says to such a transaction; <c>null</c> where it takes them, or does not tell.</summary>
    public async ValueTask<string?> RefusalAsync(CancellationToken cancellationToken)
    {
        if (IsKnown(out string? refusal))
        {
            return refusal;
        }

        await _asking.WaitAsync(cancellationToken);
        try
        {
            return IsKnown(out refusal) ? refusal : await AskAsync(cancellationToken);
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private bool IsKnown(out string? refusal)
    {
        refusal = _known?.Refusal;
        return _known is { } known && (known.IsForEver || clock.GetElapsedTime(known.At) < AskedAgain);
    }

    private async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            await eth.SendRawTransactionAsync(Unpayable(), cancellationToken);
            _known = new Answer(null, true, clock.GetTimestamp());
        }
        catch (JsonRpcException refused)
        {
            SendError error = SendError.Classify(refused.Error);

            // Only the want of funds proves that the type was taken; whatever else a node says may be of this moment.
            _known = new Answer(
                error.Kind == SendErrorKind.TypeNotSupported ? error.Message : null, error.Kind == SendErrorKind.InsufficientFunds, clock.GetTimestamp());
        }
        catch (TransportException)
        {
            // It will be asked again; the operation meets the chain as it is.
            return null;
        }

        return _known?.Refusal;
    }

    /// <summary>Of an account that was made for it and has nothing.</summary>
    private Bytes Unpayable()
    {
        using PrivateKey key = PrivateKey.Generate();
        SetCodeTransaction transaction = new()
        {
            ChainId = chain.ChainId,
            Nonce = 0,
            GasLimit = Gas,
            To = key.Address,
            Value = _value,
            MaxFeePerGas = _fee,
            MaxPriorityFeePerGas = UInt256.One,
            AuthorizationList = [Authorization.Sign(key, chain.ChainId, key.Address, 1)],
        };
        return transaction.Sign(key.Sign(transaction.SigningHash())).Raw;
    }

    /// <summary>What the node said, and when.</summary>
    private sealed record Answer(string? Refusal, bool IsForEver, long At);
}
