using Bundler.Client;
using Bundler.Client.Accounts;
using Bundler.Client.Errors;
using Bundler.Client.Flow;
using Bundler.Client.Operations;
using Bundler.Client.Rpc;
using Nethereum.Signer;
using Nethereum.Web3;
using Nethereum.Web3.Accounts;

// A well-known account of a dev chain pays for the smart account's start.
const string DevKey = "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6";

if (args is not [string bundlerUrl, string chainUrl])
{
    Console.Error.WriteLine("usage: DotnetWallet BUNDLER-URL CHAIN-URL");
    return 2;
}

using CancellationTokenSource ending = new();
Console.CancelKeyPress += (_, pressed) => { pressed.Cancel = true; ending.Cancel(); };
CancellationToken stop = ending.Token;
Printer progress = new();

Web3 web3 = new(new Account(DevKey), chainUrl);
BundlerApiService bundler = web3.Bundler(new Uri(bundlerUrl));
SimpleAccount account = await SimpleAccount.CreateAsync(web3, EntryPoint.V07, new KeyOwner(EthECKey.GenerateKey()), cancellationToken: stop);
SmartAccountClient wallet = new(web3, bundler, account);
Console.WriteLine($"smart account     {account.Address} (made by its first operation)");

await web3.Eth.GetEtherTransferService().TransferEtherAndWaitForReceiptAsync(account.Address, 1m);
string friend = EthECKey.GenerateKey().GetPublicAddress();

try
{
    PreparedOperation prepared = await wallet.PrepareAsync([new Call(friend, Web3.Convert.ToWei(0.01m))], cancellationToken: stop);
    UserOperation sponsored = await wallet.SponsorAsync(prepared, stop);
    UserOperation signed = await wallet.SignAsync(sponsored, stop);
    string hash = await wallet.SendAsync(signed, stop);
    UserOperationReceipt receipt = await wallet.WaitAsync(hash, progress, stop);

    Console.WriteLine($"transaction       {receipt.Receipt.TransactionHash} in block {receipt.Receipt.BlockNumber}");
    Console.WriteLine($"gas               {receipt.ActualGasUsed} for {Web3.Convert.FromWei(receipt.ActualGasCost)} ether");

    // The same in one line, now that the account stands: two calls at once.
    UserOperationReceipt batch = await wallet.ExecuteAsync([new Call(friend, 1), new Call(friend, 2)], progress: progress, cancellationToken: stop);
    decimal arrived = Web3.Convert.FromWei(await web3.Eth.GetBalance.SendRequestAsync(friend));
    Console.WriteLine($"success           {receipt.Success && batch.Success}, {arrived} ether arrived");
    return receipt.Success && batch.Success ? 0 : 1;
}
catch (BundlerException refusal)
{
    Console.Error.WriteLine($"refused: {refusal.Kind} {refusal.AaCode ?? refusal.RuleId}: {refusal.Error.Message}");
    return 1;
}

/// <summary>Prints how far an operation has come.</summary>
internal sealed class Printer : IProgress<OperationProgress>
{
    public void Report(OperationProgress value) => Console.WriteLine($"{value.Stage,-17} {value.UserOpHash} {value.Reason}");
}
