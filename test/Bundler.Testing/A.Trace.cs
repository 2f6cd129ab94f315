namespace Bundler.Testing;

public static partial class A
{
    /// <summary>The trace of an ordinary operation of a deployed account that breaks no rule.</summary>
    public static TraceBuilder Trace() => new();
}
