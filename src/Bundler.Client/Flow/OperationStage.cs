namespace Bundler.Client.Flow;

/// <summary>The stages of the way that a client sees.</summary>
public enum OperationStage
{
    /// <summary>Nonce, fees and gas are there.</summary>
    Prepared,

    /// <summary>The paymaster has consented.</summary>
    Sponsored,

    /// <summary>The account has signed.</summary>
    Signed,

    /// <summary>The bundler has taken it.</summary>
    Sent,

    /// <summary>It waits in the mempool.</summary>
    Pending,

    /// <summary>A transaction with it is on its way.</summary>
    Bundled,

    /// <summary>A block has it.</summary>
    Included,
}
