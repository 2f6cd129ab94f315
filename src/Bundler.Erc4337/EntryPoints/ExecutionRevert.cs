using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>Why the execution of an included operation failed, for the receipt's <c>reason</c> (ERC-7769).</summary>
public static class ExecutionRevert
{
    /// <summary>
    /// The message of what the account reverted with, or the paymaster's postOp, which the EntryPoint wraps in PostOpReverted(bytes) (v0.7+).
    /// </summary>
    public static string Text(Bytes reason) =>
        EntryPointErrors.PostOpReverted.TryDecode(reason, out object[] values)
            ? RevertReason.Decode((Bytes)values[0]).Text
            : RevertReason.Decode(reason).Text;
}
