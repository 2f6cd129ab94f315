namespace Bundler.Signing.Guard;

/// <summary>A transaction that was not signed: why, and the numbers behind it.</summary>
public sealed record SignerGuardRefusal(SignerGuardReason Reason, string Detail);
