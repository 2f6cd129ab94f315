using Bundler.Engine;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Node.Startup;
using Bundler.Storage;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Commands;

/// <summary>
/// Our paymasters on the chain (S0-01, S0-04, S4-13): what they are, whether they are fit, and what others have to sign to make them so. Nothing is signed or sent here, and but for self-check,
/// which looks whose keys the node has, no key is opened.
/// </summary>
internal static class PaymasterCommand
{
    /// <summary>The first argument that leads here.</summary>
    public const string Name = "paymaster";

    public static async Task<int> RunAsync(PaymasterArguments asked, LayerReader layers, TextWriter output, TextWriter errors)
    {
        IReadOnlyList<string> faults = [.. asked.Findings, .. layers.Faults];
        if (faults.Count > 0)
        {
            return Refusal.List(errors, faults, PaymasterExit.Unknown);
        }

        try
        {
            if (asked.Verb == PaymasterArguments.SelfCheck)
            {
                return await SelfCheckCommand.RunAsync(asked, layers, output, errors);
            }

            await using PaymasterDesk desk = await PaymasterDesk.OpenAsync(layers, CancellationToken.None);
            return asked.Verb switch
            {
                PaymasterArguments.Status => await StatusCommand.RunAsync(asked, desk, output),
                PaymasterArguments.RotateSigner => await RotateSignerCommand.RunAsync(asked, desk, output, errors),
                PaymasterArguments.WithdrawPlan => await WithdrawPlanCommand.RunAsync(asked, desk, output, errors),
                _ => await PlanCommand.RunAsync(asked, desk, output, errors),
            };
        }
        catch (CommandFaultException fault)
        {
            return Refusal.List(errors, fault.Findings, PaymasterExit.Unknown);
        }
        catch (Exception fault) when (fault is TransportException or JsonRpcException or CodecException or ChainDisputedException or StoreUnavailableException
            or StoreTooNewException or StoreOfAnotherChainException or IOException or UnauthorizedAccessException or InvalidOperationException or OptionsValidationException)
        {
            return Refusal.List(errors, [fault.Message], PaymasterExit.Unknown);
        }
    }
}
