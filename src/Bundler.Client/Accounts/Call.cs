using System.Numerics;
using Bundler.Client.Json;
using Bundler.Client.Operations;
using Nethereum.Contracts;

namespace Bundler.Client.Accounts;

/// <summary>What an account shall do: call a contract, or send money.</summary>
/// <param name="To">Whom.</param>
/// <param name="Value">wei that go along.</param>
/// <param name="Data">What with.</param>
public sealed record Call(string To, BigInteger Value = default, string Data = UserOperation.NoData)
{
    /// <summary>A call of a typed message of Nethereum's.</summary>
    /// <typeparam name="TFunction">The message.</typeparam>
    /// <param name="contract">The contract.</param>
    /// <param name="function">The message with its parameters; its AmountToSend goes along.</param>
    public static Call Of<TFunction>(string contract, TFunction function)
        where TFunction : FunctionMessage, new() =>
        new(contract, function.AmountToSend, HexText.Of(function.GetCallData()));
}
