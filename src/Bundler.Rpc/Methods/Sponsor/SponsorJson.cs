using System.Globalization;
using System.Text.Json;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Contracts;
using Bundler.Paymaster.Deciding;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Sponsor;

/// <summary>What all the methods of sponsoring write.</summary>
internal static class SponsorJson
{
    /// <summary>Not paid for: what services answer in practice, as ERC-7677 names no code.</summary>
    public const int Denied = -32001;

    /// <summary>Not paid for now.</summary>
    public const int Unavailable = -32003;

    /// <summary>Beside the rejections of an operation.</summary>
    public static IReadOnlyList<MethodError> Errors { get; } =
    [
        .. MethodErrors.Rejections,
        new MethodError(-32521, "the execution reverts"),
        new MethodError(Denied, "the operation is not paid for; data.reason says why in the words of ERC-8168"),
        new MethodError(Unavailable, "the operation is not paid for now"),
    ];

    /// <summary>The error of a refusal: of our own pool its own, else with reason, rule and numbers.</summary>
    public static RpcReply Refused(SponsorRefusal refusal) => refusal.OfThePool is { } rejection
        ? RpcReply.Rejected(rejection)
        : RpcReply.Failed(refusal.Reason == SponsorReason.TemporarilyUnavailable ? Unavailable : Denied, refusal.Message, writer => Write(writer, refusal));

    /// <summary>Who pays and with what: <c>paymasterAndData</c> on v0.6, the fields from v0.7 on.</summary>
    public static void WritePaymaster(Utf8JsonWriter writer, SponsoredPaymaster paymaster, Bytes data, UInt256 verificationGasLimit)
    {
        EntryPoint entryPoint = paymaster.Site.EntryPoint;
        if (!entryPoint.HasPaymasterGasLimits)
        {
            writer.WriteString("paymasterAndData"u8, Bytes.Concat(paymaster.Address.ToBytes(), data).ToString());
            return;
        }

        writer.WriteString("paymaster"u8, paymaster.Address.ToString());
        writer.WriteString("paymasterData"u8, data.ToString());
        writer.WriteQuantity("paymasterVerificationGasLimit", verificationGasLimit);
        writer.WriteQuantity("paymasterPostOpGasLimit", UInt256.Zero);
    }

    /// <summary>What the account signs over, in viem's form: the signature to come has a field of its own, held by a stub.</summary>
    public static void WriteCommitment(Utf8JsonWriter writer, SponsorCommitment commitment)
    {
        SponsoredPaymaster paymaster = commitment.Stub.Paymaster;
        WritePaymaster(writer, paymaster, paymaster.Codec.Data(commitment.Terms, Bytes.Empty), commitment.Stub.VerificationGasLimit);
        writer.WriteString("paymasterSignature"u8, GrantStub.Signature.ToString());
    }

    private static void Write(Utf8JsonWriter writer, SponsorRefusal refusal)
    {
        writer.WriteStartObject();
        WriteMembers(writer, refusal);
        writer.WriteEndObject();
    }

    /// <summary>Reason, rule, numbers and what else would work.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, SponsorRefusal refusal)
    {
        writer.WriteString("reason"u8, Word(refusal.Reason));
        writer.WriteString("rule"u8, refusal.Rule);
        if (refusal.Limit is { } limit)
        {
            writer.WriteQuantity("limit", limit);
        }

        if (refusal.Spent is { } spent)
        {
            writer.WriteQuantity("spent", spent);
        }

        if (refusal.ResetsAt is { } resetsAt)
        {
            writer.WriteString("resetsAt"u8, resetsAt.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        }

        writer.WriteStartArray("alternatives"u8);
        foreach (string alternative in refusal.Alternatives)
        {
            writer.WriteStringValue(alternative);
        }

        writer.WriteEndArray();
    }

    private static string Word(SponsorReason reason) => reason switch
    {
        SponsorReason.PolicyRejected => "POLICY_REJECTED",
        SponsorReason.SenderIneligible => "SENDER_INELIGIBLE",
        SponsorReason.BudgetExhausted => "BUDGET_EXHAUSTED",
        SponsorReason.SenderLimitReached => "SENDER_LIMIT_REACHED",
        SponsorReason.GasExceedsLimit => "GAS_EXCEEDS_LIMIT",
        _ => "TEMPORARILY_UNAVAILABLE",
    };
}
