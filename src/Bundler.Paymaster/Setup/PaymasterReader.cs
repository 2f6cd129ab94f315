using Bundler.Contracts;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Contracts;

namespace Bundler.Paymaster.Setup;

/// <summary>Reads what the chain says of a paymaster, in four round trips at most.</summary>
/// <exception cref="TransportException">Of any call: the Ethereum node does not answer.</exception>
/// <exception cref="JsonRpcException">Of any call: it answers an error.</exception>
public sealed class PaymasterReader(EthClient eth)
{
    /// <summary>More signers than this were never in a contract of ours that anybody uses: what its events name beyond is left out.</summary>
    private const int MaxPastSigners = 256;

    private static readonly AbiFunction EntryPointOf = AbiFunction.Parse("entryPoint() returns (address)");

    /// <param name="paymaster">There or not.</param>
    /// <param name="entryPoint">Where its deposit is.</param>
    /// <param name="asked">Who may be a signer, besides those that the contract's events name.</param>
    /// <param name="wishedOwner">Of one that is not there yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<PaymasterState> ReadAsync(
        Address paymaster, EntryPoint entryPoint, IReadOnlyCollection<Address> asked, Address? wishedOwner, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        Pending<ulong> chainId = batch.ChainId();
        Pending<BlockHeader?> block = batch.GetBlock(BlockTag.Latest);
        Pending<Bytes> deployer = batch.GetCode(DeterministicDeployer.Address, BlockTag.Latest);
        Pending<Bytes> code = batch.GetCode(paymaster, BlockTag.Latest);
        Pending<Bytes> funds = batch.Call(new CallRequest { To = entryPoint.Address, Data = EntryPointCalls.GetDepositInfo.EncodeCall(paymaster) }, BlockTag.Latest);
        await batch.SendAsync(cancellationToken);
        ContractArtifact? contract = KnownCode.Find(entryPoint.Version, code.Value.Span);
        PaymasterRoles? roles = contract is null ? null : await RolesAsync(contract, paymaster, asked, cancellationToken);
        return new PaymasterState
        {
            Address = paymaster,
            ChainId = chainId.Value,
            Block = block.Value?.Number ?? 0,
            BlockTime = block.Value?.Timestamp ?? 0,
            HasDeployer = !deployer.Value.IsEmpty,
            CodeHash = code.Value.IsEmpty ? null : Keccak256.Hash(code.Value.Span),
            Contract = contract,
            Roles = roles,
            OwnerHasCode = (roles?.Owner ?? wishedOwner) is { } owner && !(await eth.GetCodeAsync(owner, BlockTag.Latest, cancellationToken)).IsEmpty,
            Funds = PaymasterFunds.Decode(funds.Value),
        };
    }

    /// <summary>The EntryPoint that a contract names; <c>null</c>: it names none.</summary>
    public async Task<Address?> EntryPointAsync(Address paymaster, CancellationToken cancellationToken)
    {
        try
        {
            Bytes answer = await eth.CallAsync(new CallRequest { To = paymaster, Data = EntryPointOf.EncodeCall() }, BlockTag.Latest, cancellationToken);
            return (Address)EntryPointOf.DecodeResult(answer)[0];
        }
        catch (Exception fault) when (fault is CallRevertedException or CodecException)
        {
            return null;
        }
    }

    private async Task<PaymasterRoles> RolesAsync(ContractArtifact contract, Address paymaster, IReadOnlyCollection<Address> asked, CancellationToken cancellationToken)
    {
        bool isSet = contract.Abi.Functions.Any(function => function.Name == "isSigner");
        EthBatch batch = eth.Batch();
        Dictionary<string, Pending<Bytes>> answers = [];
        string[] names = isSet
            ? ["entryPoint", "owner", "pendingOwner", "maxCostPerOperation", "manager", "paused", "signerCount", "offeredSigner"]
            : ["entryPoint", "owner", "pendingOwner", "maxCostPerOperation", "signer"];
        foreach (string name in names)
        {
            answers[name] = batch.Call(Call(contract, paymaster, name), BlockTag.Latest);
        }

        Pending<IReadOnlyList<LogEntry>>? added = isSet
            ? batch.GetLogs(new LogFilter { FromBlock = BlockTag.Earliest, ToBlock = BlockTag.Latest, Addresses = [paymaster], Topics = [[contract.Abi.Event("SignerAdded").Topic]] })
            : null;
        await batch.SendAsync(cancellationToken);
        object Answer(string name) => contract.Abi.Function(name).DecodeResult(answers[name].Value)[0];
        IReadOnlyList<Address> signers = isSet
            ? await SignersAsync(contract, paymaster, [.. asked.Concat(Named(added!)).Distinct()], cancellationToken)
            : [(Address)Answer("signer")];
        return new PaymasterRoles
        {
            EntryPoint = (Address)Answer("entryPoint"),
            Owner = (Address)Answer("owner"),
            PendingOwner = (Address)Answer("pendingOwner"),
            MaxCostPerOperation = (UInt256)Answer("maxCostPerOperation"),
            Manager = isSet ? (Address)Answer("manager") : default,
            Paused = isSet && (bool)Answer("paused"),
            SignerCount = isSet ? (int)(UInt256)Answer("signerCount") : 1,
            OfferedSigner = isSet ? (Address)Answer("offeredSigner") : default,
            Signers = signers,
        };
    }

    private async Task<IReadOnlyList<Address>> SignersAsync(
        ContractArtifact contract, Address paymaster, IReadOnlyList<Address> candidates, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        Pending<Bytes>[] answers = [.. candidates.Select(candidate => batch.Call(Call(contract, paymaster, "isSigner", candidate), BlockTag.Latest))];
        await batch.SendAsync(cancellationToken);
        AbiFunction isSigner = contract.Abi.Function("isSigner");
        return [.. candidates.Where((_, index) => (bool)isSigner.DecodeResult(answers[index].Value)[0])];
    }

    /// <summary>Nobody where the node refuses so long a range of logs: then the contract's own count tells that some are not known.</summary>
    private static IEnumerable<Address> Named(Pending<IReadOnlyList<LogEntry>> added) =>
        added.Failed ? [] : added.Value.Where(log => log.Topics.Count == 2).Select(log => Address.FromWord(log.Topics[1].Span)).Distinct().TakeLast(MaxPastSigners);

    private static CallRequest Call(ContractArtifact contract, Address paymaster, string function, params object[] arguments) =>
        new() { To = paymaster, Data = contract.Abi.Function(function).EncodeCall(arguments) };
}
