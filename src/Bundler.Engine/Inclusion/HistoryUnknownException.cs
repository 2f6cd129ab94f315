namespace Bundler.Engine.Inclusion;

/// <summary>Whether the chain has an operation of before the index cannot be said now; a later question may be answered.</summary>
public sealed class HistoryUnknownException(string message) : Exception(message);
