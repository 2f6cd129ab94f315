using System.Text.Json;

namespace Bundler.Rpc.Rest;

/// <summary>What a check found; <paramref name="Data"/> writes exactly one JSON value.</summary>
public sealed record HealthFinding(bool Ok, string Detail, Action<Utf8JsonWriter>? Data = null);
