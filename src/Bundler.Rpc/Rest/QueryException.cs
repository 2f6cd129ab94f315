namespace Bundler.Rpc.Rest;

/// <summary>A query parameter that cannot be understood; the message begins with its name.</summary>
internal sealed class QueryException(string parameter, string expected) : Exception($"{parameter}: {expected}");
