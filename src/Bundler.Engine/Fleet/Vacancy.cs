namespace Bundler.Engine.Fleet;

/// <summary>What one node of a fleet does at a time and none does now.</summary>
/// <param name="Duty">Its name.</param>
/// <param name="Since">When the last one's lease was over or given back, by the database's clock; where nobody ever had it, since the first node is there.</param>
public sealed record Vacancy(string Duty, DateTimeOffset Since);
