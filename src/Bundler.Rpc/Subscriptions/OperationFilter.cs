using System.Text.Json;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;

namespace Bundler.Rpc.Subscriptions;

/// <summary>Which events a subscriber wants: those that meet every condition given.</summary>
internal sealed record OperationFilter(Hash32? UserOpHash, Address? Sender, Address? EntryPoint)
{
    public static OperationFilter Everything { get; } = new(null, null, null);

    /// <exception cref="CodecException">Another member, or a malformed one.</exception>
    public static OperationFilter Read(JsonElement json)
    {
        OperationFilter filter = Everything;
        foreach (JsonProperty member in json.EnumerateObject())
        {
            string text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : throw new CodecException(member.Name, "expected string");
            try
            {
                filter = member.Name switch
                {
                    "userOpHash" => filter with { UserOpHash = Hash32.Parse(text) },
                    "sender" => filter with { Sender = Address.Parse(text) },
                    "entryPoint" => filter with { EntryPoint = Address.Parse(text) },
                    _ => throw new CodecException("is not known; known are userOpHash, sender and entryPoint"),
                };
            }
            catch (CodecException fault)
            {
                throw fault.Within(member.Name);
            }
        }

        return filter;
    }

    public bool Admits(OperationEvent happened) =>
        (UserOpHash is null || UserOpHash == happened.Status.UserOpHash)
        && (Sender is null || Sender == happened.Sender)
        && (EntryPoint is null || EntryPoint == happened.EntryPoint);
}
