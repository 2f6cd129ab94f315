namespace Bundler.Client.Flow;

/// <summary>How patiently an operation is awaited.</summary>
public sealed record WaitOptions
{
    /// <summary>Between two questions.</summary>
    public TimeSpan PollingInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait for a receipt; the operation stays with the bundler.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>So many questions in a row may go unanswered, or be refused for the moment.</summary>
    public int MaxSilentPolls { get; init; } = 10;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
