using Bundler.Paymaster.Access;

namespace Bundler.Paymaster.Granting;

/// <summary>Who asks for a grant, and for how long it shall hold.</summary>
public sealed record GrantAsked(SponsorAccess Access, TimeSpan Window);
