using Bundler.Client.Json;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc;

/// <summary>The stations in the life of an operation (bundler_getUserOperationStatus).</summary>
[JsonConverter(typeof(WordConverter<OperationState>))]
public enum OperationState
{
    /// <summary>A word that this client does not know.</summary>
    Unknown,

    /// <summary>It is being stored.</summary>
    Received,

    /// <summary>It waits in the mempool.</summary>
    Pending,

    /// <summary>A transaction with it is on its way.</summary>
    Bundled,

    /// <summary>A block has it.</summary>
    Included,

    /// <summary>The chain will not take it back.</summary>
    Final,

    /// <summary>It will not be included.</summary>
    Dropped,

    /// <summary>Another one of the same nonce took its place.</summary>
    Replaced,
}
