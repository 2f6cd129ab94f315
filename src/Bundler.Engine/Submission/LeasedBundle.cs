using Bundler.Engine.Bundling;

namespace Bundler.Engine.Submission;

/// <summary>A bundle and the signer that is kept free for it.</summary>
public sealed record LeasedBundle(Bundle Bundle, SignerLease Lease);
