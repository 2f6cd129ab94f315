using Bundler.Engine.Bundling;

namespace Bundler.Engine.Submission.Signers;

/// <summary>What is to be sent, and the signer's nonce that is kept free for it.</summary>
public abstract record LeasedWork(SignerLease Lease);

/// <summary>A bundle and its lease.</summary>
public sealed record LeasedBundle(Bundle Bundle, SignerLease Lease) : LeasedWork(Lease);

/// <summary>A transfer and its lease.</summary>
public sealed record LeasedTransfer(Transfer Transfer, SignerLease Lease) : LeasedWork(Lease);
