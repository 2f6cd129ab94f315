namespace Bundler.Engine.Development;

/// <summary>
/// The places of the pipeline at which a crash is worth a test, in the order in which an operation passes them. Each stands in the source
/// once, as <see cref="FaultSwitch.Pass"/>; what must survive there is that operations in = operations out.
/// </summary>
public enum FaultPoint
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>Validated and counted in memory, not durable: the sender hears nothing and must send again.</summary>
    BeforeOperationStored,

    /// <summary>Durable, but not offered to bundles yet.</summary>
    AfterOperationStored,

    /// <summary>Durable and offered; its hash has not gone out.</summary>
    BeforeAnswer,

    /// <summary>Marked as taken for a bundle, which only memory knows.</summary>
    AfterTaken,

    AfterSecondValidation,

    AfterThirdValidation,

    /// <summary>The bundle has its signer and nonce.</summary>
    BeforeSigning,

    /// <summary>A transaction exists that nobody will ever see.</summary>
    AfterSignedBeforeStored,

    AfterStoredBeforeSent,

    /// <summary>The Ethereum node has it, perhaps even a block; we have no answer.</summary>
    AfterSentBeforeRecorded,

    /// <summary>Two transactions of one nonce are stored, the older one is out.</summary>
    AfterReplacementStored,

    AfterReplacementSent,

    /// <summary>The nonce is to be used up by a transfer, and the bundle is still out.</summary>
    AfterCancellationStored,

    AfterCancellationSent,

    /// <summary>The receipt was seen and told; the store still has the bundle open.</summary>
    BeforeBundleClosed,

    AfterBundleClosed,

    /// <summary>The block's operations are read; index and mempool are as before.</summary>
    AfterMinedBeforeIndexed,

    /// <summary>Index and mempool both have the operations.</summary>
    AfterIndexedBeforeRemoved,

    /// <summary>The first operation of a block has left the mempool with its status, the others have not; it is not counted.</summary>
    AfterRemovedBeforeCounted,

    /// <summary>A reorganisation's first operation is back in the mempool, with the old status.</summary>
    AfterReturnedBeforeStatus,

    /// <summary>A reorganisation's operations are back in the mempool, and the index still has them.</summary>
    AfterReturnedBeforeForgotten,

    /// <summary>At the start, when the first operation is restored.</summary>
    DuringPoolRecovery,

    /// <summary>At the start, when the bundles in flight are taken up and nothing is sent yet.</summary>
    AfterFlightsRecovered,

    /// <summary>In a step of retention: operations are out of the index in its transaction, which is not committed.</summary>
    DuringRetention,

    /// <summary>The worst cost of a grant is taken from every budget; nothing is signed.</summary>
    AfterGrantReserved,

    /// <summary>A signature exists that only this process knows.</summary>
    AfterGrantSigned,

    /// <summary>The signature is stored; whoever asked has not heard of it.</summary>
    AfterGrantStored,
}
