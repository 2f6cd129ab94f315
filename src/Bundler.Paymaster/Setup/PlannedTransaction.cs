using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>A transaction that somebody else signs and sends: no nonce, no fees.</summary>
/// <param name="Title">What it does.</param>
/// <param name="By">Who may send it.</param>
/// <param name="To">The contract that is called.</param>
/// <param name="Value">wei.</param>
/// <param name="Data">The call.</param>
public sealed record PlannedTransaction(string Title, PlannedSender By, Address To, UInt256 Value, Bytes Data);

/// <summary>Who may send a transaction. The owner may send all of them.</summary>
public enum PlannedSender
{
    Anybody,

    Owner,

    OwnerOrManager,

    /// <summary>To whom the ownership is offered.</summary>
    NewOwner,
}
