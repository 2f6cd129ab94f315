using System.Buffers.Binary;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Codecs;

/// <summary>
/// v0.9: the paymaster's signature stands behind its data and outside of the userOpHash, so that the account can sign first. Our contracts of that version take it; the data that the account signs
/// over is validUntil 6 ‖ validAfter 6 ‖ grantId 16.
/// </summary>
public static class ParallelForm
{
    /// <summary>Bytes that the account signs over.</summary>
    public const int WindowSize = 6 + 6 + GrantId.Size;

    private const int MagicSize = 8;
    private const int TrailerSize = 2 + MagicSize;
    private const ulong Magic = 0x22e325a297439656;

    /// <summary>Whether a contract takes it.</summary>
    public static bool IsTakenBy(IGrantCodec codec, EntryPointVersion version) => codec is NodeGrantCodec && version >= EntryPointVersion.V09;

    /// <summary>
    /// The operation with the signature in its own field, as viem sends it. Other clients pack it behind the data; and some end the data with the magic alone, as the account signs over it, beside the
    /// signature in its field: for the EntryPoint that would be two of them.
    /// </summary>
    public static UserOperation Unpacked(UserOperation operation)
    {
        ReadOnlySpan<byte> data = operation.PaymasterData.Span;
        return data.Length < WindowSize + MagicSize || BinaryPrimitives.ReadUInt64BigEndian(data[^MagicSize..]) != Magic ? operation
            : data.Length == WindowSize + MagicSize ? operation with { PaymasterData = operation.PaymasterData.Slice(0, WindowSize) }
            : operation.PaymasterSignature is null && data.Length == WindowSize + GrantCodecs.SignatureSize + TrailerSize
                && BinaryPrimitives.ReadUInt16BigEndian(data[^TrailerSize..]) == GrantCodecs.SignatureSize
            ? operation with
            {
                PaymasterData = operation.PaymasterData.Slice(0, WindowSize),
                PaymasterSignature = operation.PaymasterData.Slice(WindowSize, GrantCodecs.SignatureSize),
            }
            : operation;
    }

    /// <summary>What the account signs over; <c>null</c>: the data has another form.</summary>
    /// <param name="operation">With the signature, if any, in its own field.</param>
    public static GrantTerms? TermsOf(UserOperation operation)
    {
        ReadOnlySpan<byte> data = operation.PaymasterData.Span;
        return data.Length == WindowSize ? new GrantTerms(Time(data), Time(data[6..]), GrantId.From(data[12..])) : null;
    }

    private static ulong Time(ReadOnlySpan<byte> bytes) => (ulong)BinaryPrimitives.ReadUInt32BigEndian(bytes) << 16 | BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
}
