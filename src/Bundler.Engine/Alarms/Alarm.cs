namespace Bundler.Engine.Alarms;

/// <summary>Something that a person has to look at.</summary>
/// <param name="Name">What kind of thing, stable for rules of whoever is called: <c>sponsor.stray</c>.</param>
/// <param name="IsCritical">Money is being lost or may be; else it will be when nobody acts.</param>
/// <param name="Subject">What it is about: an address, a hash.</param>
/// <param name="Text">One sentence; no secrets.</param>
public sealed record Alarm(string Name, bool IsCritical, string Subject, string Text);
