namespace Bundler.Node.Configuration;

/// <summary>What the program is asked to do.</summary>
internal enum NodeCommand
{
    /// <summary>Serve until a signal ends it.</summary>
    Run,

    /// <summary>Say what would keep the node from starting, and end.</summary>
    CheckConfig,

    /// <summary>Print every configured key with its address, and end.</summary>
    Signers,

    Help,

    Version,
}
