namespace Bundler.Client.Rpc;

/// <summary>How much hurry an operation is in.</summary>
public enum FeeSpeed
{
    /// <summary>As everybody.</summary>
    Standard,

    /// <summary>None.</summary>
    Slow,

    /// <summary>Much.</summary>
    Fast,
}
