namespace Bundler.Paymaster;

/// <summary>Whether this node sponsors: it is configured to, and has the role. Without it the methods of sponsoring do not exist.</summary>
public sealed record SponsorSwitch(bool IsOn);
