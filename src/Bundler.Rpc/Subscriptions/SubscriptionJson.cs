using System.Text.Json;
using Bundler.Engine.Pool;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.Methods;

namespace Bundler.Rpc.Subscriptions;

/// <summary>The notifications of a subscription, in the envelope that eth_subscription has: params is {subscription, result} or, at its end, {subscription, error}.</summary>
internal static class SubscriptionJson
{
    /// <summary>result: {userOpHash, entryPoint, sender, nonce, status, transactionHash, reason, at}.</summary>
    public static byte[] Event(string subscription, OperationEvent happened) => Notification(subscription, writer =>
    {
        writer.WriteStartObject("result"u8);
        writer.WriteString("userOpHash"u8, happened.Status.UserOpHash.ToString());
        writer.WriteString("entryPoint"u8, happened.EntryPoint.ToString());
        writer.WriteString("sender"u8, happened.Sender.ToString());
        writer.WriteString("nonce"u8, happened.Nonce.ToQuantity());
        writer.WriteString("status"u8, StandingJson.Word(happened.Status.State));
        writer.WriteString("transactionHash"u8, happened.Status.TransactionHash?.ToString());
        writer.WriteString("reason"u8, happened.Status.Reason);
        writer.WriteString("at"u8, StandingJson.Moment(happened.Status.At));
        writer.WriteEndObject();
    });

    /// <summary>The last word to a subscriber who does not keep up.</summary>
    public static byte[] TooSlow(string subscription) => Notification(subscription, writer =>
    {
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, RpcErrorCode.LimitExceeded);
        writer.WriteString("message"u8, "events were not read in time: the subscription has ended"u8);
        writer.WriteEndObject();
    });

    private static byte[] Notification(string subscription, Action<Utf8JsonWriter> payload)
    {
        using PooledBuffer text = new();
        using (Utf8JsonWriter writer = new(text, ResponseJson.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WriteString("method"u8, "bundler_subscription"u8);
            writer.WriteStartObject("params"u8);
            writer.WriteString("subscription"u8, subscription);
            payload(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return text.WrittenSpan.ToArray();
    }
}
