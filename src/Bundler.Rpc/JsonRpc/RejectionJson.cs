using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster;
using Bundler.Rpc.Methods.Sponsor;

namespace Bundler.Rpc.JsonRpc;

/// <summary>Rejection → error object, with the data that ERC-7769 asks for by code.</summary>
internal static class RejectionJson
{
    /// <summary>Of what a contract reverted with; strangers' contracts may revert with megabytes.</summary>
    public const int MaxRevertBytes = 4_096;

    public static RpcError ToError(Rejection rejection) => new(rejection.Code, Message(rejection), Data(rejection));

    /// <summary>The error object itself.</summary>
    public static void Write(Utf8JsonWriter writer, Rejection rejection)
    {
        writer.WriteStartObject();
        writer.WriteNumber("code"u8, rejection.Code);
        writer.WriteString("message"u8, Message(rejection));
        if (Data(rejection) is { } data)
        {
            writer.WritePropertyName("data"u8);
            data(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>A broken rule with its message, where it is not the data of an error.</summary>
    public static void Write(Utf8JsonWriter writer, RuleViolation violation) => Object(members =>
    {
        Violation(members, violation);
        members.WriteString("message"u8, violation.Message);
    })(writer);

    private static string Message(Rejection rejection) => RevertOf(rejection).Length is var length && length > MaxRevertBytes
        ? $"{rejection.Message} (data is cut to the first {MaxRevertBytes} of {length} bytes)"
        : rejection.Message;

    private static Bytes RevertOf(Rejection rejection) => rejection switch
    {
        Rejection.RejectedByEntryPoint refused => refused.InnerRevert,
        Rejection.RejectedByPaymaster refused => refused.InnerRevert,
        Rejection.ExecutionReverted reverted => reverted.Data,
        _ => default,
    };

    private static string Text(Bytes revert) => (revert.Length > MaxRevertBytes ? Bytes.From(revert.Span[..MaxRevertBytes]) : revert).ToString();

    private static Action<Utf8JsonWriter>? Data(Rejection rejection) => rejection switch
    {
        Rejection.InvalidFields { Field.Length: > 0 } invalid => Object(writer => writer.WriteString("field"u8, invalid.Field)),
        Rejection.RejectedByEntryPoint { InnerRevert.IsEmpty: false } refused => Object(writer => Revert(writer, refused.InnerRevert)),
        Rejection.RejectedByPaymaster refused => Object(writer => RejectedByPaymaster(writer, refused)),
        NotSponsored refused => Object(writer =>
        {
            writer.WriteString("paymaster"u8, refused.Paymaster.ToString());
            SponsorJson.WriteMembers(writer, refused.Refusal);
        }),
        Rejection.RuleViolated broken => Object(writer => Violation(writer, broken.Violation)),
        Rejection.OutOfTimeRange range => Object(writer => TimeRange(writer, range)),
        Rejection.EntityThrottledOrBanned banned => Object(writer => Role(writer, banned.Entity)),
        Rejection.StakeTooLow stake => Object(writer => Stake(writer, stake)),
        Rejection.UnsupportedAggregator unsupported => Object(writer => Role(writer, new Entity(EntityKind.Aggregator, unsupported.Aggregator))),
        Rejection.SignatureInvalid invalid => Object(writer => Role(writer, invalid.Entity)),
        Rejection.PaymasterDepositTooLow deposit => Object(writer => Deposit(writer, deposit)),
        Rejection.ExecutionReverted reverted => writer => writer.WriteStringValue(Text(reverted.Data)),
        _ => null,
    };

    private static Action<Utf8JsonWriter> Object(Action<Utf8JsonWriter> members) => writer =>
    {
        writer.WriteStartObject();
        members(writer);
        writer.WriteEndObject();
    };

    private static void Role(Utf8JsonWriter writer, Entity entity) => writer.WriteString(entity.Title, entity.Address.ToString());

    private static void Revert(Utf8JsonWriter writer, Bytes revert) => writer.WriteString("revertData"u8, Text(revert));

    private static void RejectedByPaymaster(Utf8JsonWriter writer, Rejection.RejectedByPaymaster refused)
    {
        writer.WriteString("paymaster"u8, refused.Paymaster.ToString());
        if (!refused.InnerRevert.IsEmpty)
        {
            Revert(writer, refused.InnerRevert);
        }
    }

    private static void TimeRange(Utf8JsonWriter writer, Rejection.OutOfTimeRange range)
    {
        writer.WriteString("validAfter"u8, Hex.EncodeQuantity(range.ValidAfter));
        writer.WriteString("validUntil"u8, Hex.EncodeQuantity(range.ValidUntil));
        if (range.Paymaster is { } paymaster)
        {
            writer.WriteString("paymaster"u8, paymaster.ToString());
        }
    }

    private static void Stake(Utf8JsonWriter writer, Rejection.StakeTooLow stake)
    {
        Role(writer, stake.Entity);
        writer.WriteString("minimumStake"u8, stake.MinimumStake.ToQuantity());
        writer.WriteString("minimumUnstakeDelay"u8, Hex.EncodeQuantity(stake.MinimumUnstakeDelay));
    }

    private static void Deposit(Utf8JsonWriter writer, Rejection.PaymasterDepositTooLow deposit)
    {
        writer.WriteString("paymaster"u8, deposit.Paymaster.ToString());
        writer.WriteString("deposit"u8, deposit.Deposit.ToQuantity());
        writer.WriteString("required"u8, deposit.Required.ToQuantity());
    }

    private static void Violation(Utf8JsonWriter writer, RuleViolation violation)
    {
        writer.WriteString("rule"u8, violation.Rule);
        writer.WriteString("entity"u8, violation.Entity.Title);
        writer.WriteString("address"u8, (violation.Address ?? violation.Entity.Address).ToString());
        Optional(writer, "framePath", violation.FramePath);
        Optional(writer, "opcode", violation.Opcode);
        Optional(writer, "slot", violation.Slot?.ToString());
        Optional(writer, "expected", violation.Expected);
        Optional(writer, "got", violation.Got);
    }

    private static void Optional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
