namespace Bundler.Engine.Inclusion;

/// <summary>What one round of back-filling did.</summary>
/// <param name="From">The lowest block that was read, together with all up to the end of the range.</param>
/// <param name="Blocks">How many blocks were read; zero when the index had them all, or the Ethereum node refuses their logs.</param>
/// <param name="Operations">How many operations they hold.</param>
/// <param name="Complete">Whether nothing of the range is left to read.</param>
public readonly record struct BackfillReport(ulong From, ulong Blocks, int Operations, bool Complete);
