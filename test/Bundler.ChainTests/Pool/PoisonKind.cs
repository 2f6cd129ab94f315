namespace Bundler.ChainTests.Pool;

/// <summary>How an operation goes bad after it was accepted.</summary>
internal enum PoisonKind
{
    /// <summary>The account's money is gone, and another operation waits behind.</summary>
    EmptiedAccount,

    /// <summary>The account has another owner.</summary>
    LostOwner,

    /// <summary>The account's code is replaced (COD-010).</summary>
    ChangedAccount,

    /// <summary>Its signature is valid for a while only.</summary>
    ExpiredAccount,

    /// <summary>Behaves alone and reverts in the bundle; OP-011 is admitted for it.</summary>
    TurnedAccount,

    /// <summary>Another operation of the account, in somebody else's bundle, has its nonce.</summary>
    OvertakenNonce,

    /// <summary>The paymaster has withdrawn its deposit.</summary>
    DrainedPaymaster,

    /// <summary>The paymaster's code is replaced (COD-010).</summary>
    ChangedPaymaster,

    /// <summary>A slot that the paymaster reads says no.</summary>
    RefusingPaymaster,

    /// <summary>The paymaster pays for a while only.</summary>
    ExpiredPaymaster,

    /// <summary>postOp reverts.</summary>
    BrokenPostOp,

    /// <summary>Behaves alone and reverts in the bundle.</summary>
    TurnedPaymaster,

    /// <summary>Behaves alone and answers the EntryPoint nothing in the bundle: v0.6 and v0.7 revert without naming the operation.</summary>
    SilentPaymaster,
}
