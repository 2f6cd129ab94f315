using Bundler.Engine.Chain;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.Engine.Validation;

/// <summary>The validity windows of account and paymaster: their intersection, and whether the coming blocks lie in it.</summary>
/// <param name="Seconds">The part that is given in unix seconds.</param>
/// <param name="Blocks">The part that is given in block numbers (v0.9), if any.</param>
internal readonly record struct ValidityWindows(ValidityWindow Seconds, ValidityWindow? Blocks)
{
    public static ValidityWindows Of(EntryPoint entryPoint, ValidationData? account, ValidationData? paymaster)
    {
        ValidityWindows windows = new(ValidityWindow.Always, null);
        return windows.With(Window(entryPoint, account)).With(Window(entryPoint, paymaster));
    }

    public static ValidityWindow? Window(EntryPoint entryPoint, ValidationData? data) =>
        data is not { } packed ? null
        : entryPoint.Version >= EntryPointVersion.V09 ? ValidityWindow.FromPackedV09(packed.ValidAfter, packed.ValidUntil)
        : packed.Window;

    /// <summary>Whether it is the paymaster's window that ends first.</summary>
    public static bool EndsByPaymaster(EntryPoint entryPoint, ValidationData? account, ValidationData? paymaster) =>
        Window(entryPoint, paymaster) is { ValidUntil: not ValidityWindow.NoEnd } own
        && (Window(entryPoint, account) is not { } other || other.InBlocks != own.InBlocks || own.ValidUntil < other.ValidUntil);

    private ValidityWindows With(ValidityWindow? window) => window switch
    {
        null => this,
        { InBlocks: true } blocks => this with { Blocks = Blocks?.Intersect(blocks) ?? blocks },
        { } seconds => this with { Seconds = Seconds.Intersect(seconds) },
    };
}

/// <summary>Judges windows against the head (ERC-7562, VALID_UNTIL_FUTURE).</summary>
internal sealed class ValidityCheck(ChainProfile chain, int marginSeconds, TimeProvider clock)
{
    /// <summary>The window that is not open yet, not open any more, or not for long enough; <c>null</c> if all is well.</summary>
    public ValidityWindow? Closed(ValidityWindows windows, ChainHead head)
    {
        // The head's time, which the EntryPoint goes by; our own clock may jump. Only a development chain stands idle, and then it counts.
        ulong now = chain.Development ? Math.Max(head.Timestamp, (ulong)clock.GetUtcNow().ToUnixTimeSeconds()) : head.Timestamp;
        if (!windows.Seconds.Contains(now) || windows.Seconds.ValidUntil < now + (ulong)marginSeconds)
        {
            return windows.Seconds;
        }

        ulong next = head.Number + 1;
        ulong marginBlocks = (ulong)Math.Ceiling(marginSeconds / chain.BlockTimeSeconds);
        return windows.Blocks is { } blocks && (!blocks.Contains(next) || blocks.ValidUntil < next + marginBlocks) ? blocks : null;
    }
}
