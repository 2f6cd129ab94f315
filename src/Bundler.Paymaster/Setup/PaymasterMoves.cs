using Bundler.Contracts;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>Every transaction that a plan may contain, by what it does; the one place where calls of our contracts are written for others to sign.</summary>
internal sealed class PaymasterMoves(ContractArtifact contract, Address paymaster)
{
    public static PlannedTransaction Deploy(PaymasterWish wish) => new(
        $"deploy {wish.Contract.Name} at {wish.Computed}", PlannedSender.Anybody, DeterministicDeployer.Address, UInt256.Zero, DeterministicDeployer.CallData(wish.Salt, wish.InitCode));

    public PlannedTransaction SetManager(Address manager) => Call($"make {manager} the manager", PlannedSender.Owner, "setManager", manager);

    public PlannedTransaction Offer(Address signer) => Call($"offer the signer {signer}", PlannedSender.OwnerOrManager, "offerSigner", signer);

    public PlannedTransaction Add(Address signer) => Call($"take the offered signer {signer} in", PlannedSender.Owner, "addSigner", signer);

    public PlannedTransaction Remove(Address signer) => Call($"remove the signer {signer}", PlannedSender.OwnerOrManager, "removeSigner", signer);

    /// <param name="wei">The most that one operation may cost.</param>
    /// <param name="isLower">Than it is: the manager may do that too.</param>
    public PlannedTransaction SetCeiling(UInt256 wei, bool isLower) =>
        Call($"set the ceiling of an operation to {WeiText.Of(wei)}", isLower ? PlannedSender.OwnerOrManager : PlannedSender.Owner, "setMaxCost", wei);

    public PlannedTransaction OfferOwnership(Address to) => Call($"offer the ownership to {to}", PlannedSender.Owner, "transferOwnership", to);

    public PlannedTransaction TakeOwnership() => Call("take the offered ownership", PlannedSender.NewOwner, "acceptOwnership");

    public PlannedTransaction Deposit(UInt256 wei) => Call($"deposit {WeiText.Of(wei)}", PlannedSender.Anybody, "deposit") with { Value = wei };

    public PlannedTransaction Stake(UInt256 wei, uint delaySec) => Call(
        wei.IsZero ? $"lock the stake with an unstake delay of {delaySec} s" : $"stake {WeiText.Of(wei)} with an unstake delay of {delaySec} s",
        PlannedSender.Owner, "addStake", (UInt256)delaySec) with { Value = wei };

    public PlannedTransaction Withdraw(Address to, UInt256 wei) => Call($"withdraw {WeiText.Of(wei)} of the deposit to {to}", PlannedSender.Owner, "withdrawTo", to, wei);

    private PlannedTransaction Call(string title, PlannedSender by, string function, params object[] arguments) =>
        new(title, by, paymaster, UInt256.Zero, contract.Abi.Function(function).EncodeCall(arguments));
}
