namespace Bundler.Rpc.OpenRpc;

/// <summary>What the OpenRPC document says of a method beyond its name and parameters.</summary>
/// <param name="Summary">One sentence.</param>
/// <param name="Result">The form of every answer that is no error.</param>
public sealed record MethodDescription(string Summary, JsonSchema Result)
{
    /// <summary>The errors beyond those that every method may give.</summary>
    public IReadOnlyList<MethodError> Errors { get; init; } = [];
}

/// <summary>An error that a method may answer: its code, and when.</summary>
public sealed record MethodError(int Code, string Message);
