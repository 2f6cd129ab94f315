using Newtonsoft.Json;

namespace Bundler.Client.Rpc.Paymaster;

/// <summary>Who pays for the user.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Icon">An image, as a URI.</param>
public sealed record SponsorName([property: JsonProperty("name")] string Name, [property: JsonProperty("icon")] string? Icon);
