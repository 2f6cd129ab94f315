namespace Bundler.Client.Rpc.Pimlico;

/// <summary>The stations that pimlico_getUserOperationStatus tells.</summary>
public enum PimlicoOperationState
{
    /// <summary>A word that this client does not know.</summary>
    Unknown,

    /// <summary>Nobody knows it.</summary>
    NotFound,

    /// <summary>It is taken, but not looked at.</summary>
    Queued,

    /// <summary>It waits.</summary>
    NotSubmitted,

    /// <summary>A transaction with it is on its way.</summary>
    Submitted,

    /// <summary>A block has it.</summary>
    Included,

    /// <summary>It will not be included.</summary>
    Rejected,

    /// <summary>It was in a block whose transaction failed.</summary>
    Failed,
}
