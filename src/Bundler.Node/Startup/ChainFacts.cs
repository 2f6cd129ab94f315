using Bundler.Engine.Chain;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Node.Startup;

/// <summary>What the chain says of the EntryPoints and the signers, in one round trip.</summary>
internal sealed record ChainFacts(IReadOnlyList<EntryPointFact> EntryPoints, IReadOnlyList<SignerFact> Signers)
{
    /// <exception cref="Ethereum.JsonRpc.TransportException">The node gave no answer.</exception>
    /// <exception cref="Ethereum.JsonRpc.JsonRpcException">The node refused one of the questions.</exception>
    public static async Task<ChainFacts> ReadAsync(
        EthClient eth, IReadOnlyList<ListedEntryPoint> entryPoints, IReadOnlyList<Address> signers, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        List<Pending<Bytes>> codes = [.. entryPoints.Select(entryPoint => batch.GetCode(entryPoint.Address, BlockTag.Latest))];
        List<Pending<UInt256>> balances = [.. signers.Select(signer => batch.GetBalance(signer, BlockTag.Latest))];
        List<Pending<Bytes>> signerCodes = [.. signers.Select(signer => batch.GetCode(signer, BlockTag.Latest))];
        await batch.SendAsync(cancellationToken);
        return new ChainFacts(
            [.. entryPoints.Zip(codes, (entryPoint, code) => new EntryPointFact(entryPoint, code.Value.Length > 0))],
            [.. signers.Select((signer, i) => new SignerFact(signer, balances[i].Value, signerCodes[i].Value.Length > 0))]);
    }
}

/// <summary>An EntryPoint that may be served, and whether it stands on the chain.</summary>
internal sealed record EntryPointFact(ListedEntryPoint EntryPoint, bool HasCode);

/// <summary>One who signs bundles: balance in wei.</summary>
internal sealed record SignerFact(Address Address, UInt256 Balance, bool HasCode);
