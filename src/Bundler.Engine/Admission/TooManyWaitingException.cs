namespace Bundler.Engine.Admission;

/// <summary>So many wait for a turn that this one is sent away; it may come again.</summary>
public sealed class TooManyWaitingException() : Exception("too many operations wait for their validation");
