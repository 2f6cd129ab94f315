using Bundler.Engine.Chain;

namespace Bundler.Node.Startup;

/// <summary>All that was decided before the start: with this the rooms are put together.</summary>
internal sealed record PreparedNode(
    IConfigurationRoot Configuration, ChainProfile Profile, ServedEntryPoints EntryPoints, bool UsesWellKnownKey, string TracerName);

/// <summary>A node that can start, or the findings that keep it from it.</summary>
internal sealed record Preparation(PreparedNode? Node, IReadOnlyList<string> Findings);
