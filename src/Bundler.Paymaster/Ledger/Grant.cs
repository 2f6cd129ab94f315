using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Ledger;

/// <summary>A grant as the ledger knows it.</summary>
/// <param name="Id">Its name, on the chain too where the contract has a place for it.</param>
/// <param name="State">How far it is.</param>
/// <param name="Request">As it was first asked: its window is what is signed, however often it is asked again.</param>
/// <param name="Signed">What was signed; <c>null</c> as long as nothing was.</param>
/// <param name="ActualGasCost">wei, from the UserOperationEvent; <c>null</c> without one.</param>
public sealed record Grant(GrantId Id, GrantState State, GrantRequest Request, SignedGrant? Signed = null, UInt256? ActualGasCost = null);

/// <summary>The signature of a grant, and by what the chain will tell of the operation.</summary>
/// <param name="Signature">The paymaster's signature.</param>
/// <param name="OperationHash">The userOpHash with this signature in it.</param>
public sealed record SignedGrant(Bytes Signature, Hash32 OperationHash);
