using Bundler.Client.Flow;

namespace Bundler.ClientTests.Flow;

/// <summary>What progress was told, at once and in order.</summary>
internal sealed class Stages : IProgress<OperationProgress>
{
    public List<OperationProgress> Told { get; } = [];

    public void Report(OperationProgress value) => Told.Add(value);
}
