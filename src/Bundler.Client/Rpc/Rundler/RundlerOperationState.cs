namespace Bundler.Client.Rpc.Rundler;

/// <summary>The stations that rundler_getUserOperationStatus tells.</summary>
public enum RundlerOperationState
{
    /// <summary>Nobody knows it, or a word that this client does not know.</summary>
    Unknown,

    /// <summary>It waits.</summary>
    Pending,

    /// <summary>A transaction with it is on its way.</summary>
    PendingBundle,

    /// <summary>A block has it.</summary>
    Mined,
}
