namespace Bundler.Signing.KeyServices.Rest;

/// <summary>Why there is no token, as a sentence for the operator.</summary>
public sealed class AccessTokenException(string message, Exception inner) : Exception(message, inner);
