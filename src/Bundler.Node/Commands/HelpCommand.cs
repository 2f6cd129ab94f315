using Bundler.Node.Configuration;

namespace Bundler.Node.Commands;

/// <summary>Says how the program is called.</summary>
internal static class HelpCommand
{
    private const int Column = 34;

    public static int Run(TextWriter output)
    {
        output.WriteLine("bundler [run | check-config | signers] --rpc-url URL [OPTIONS] [--Bundler:Section:Key=value …]");
        output.WriteLine("bundler keystore create | import | address FILE [OPTIONS]");
        output.WriteLine("bundler keys create --name NAME [--scopes A,B] [--days N] [--origins A,B] [--networks A,B] [--per-minute N] [--budget day:wei=N,count=N …] | list | revoke ID [OPTIONS]");
        output.WriteLine("bundler paymaster status | self-check [--paymaster NAME] [--json] [OPTIONS]");
        output.WriteLine("bundler paymaster plan | verify --wish FILE [--safe FILE] [--json] [OPTIONS]");
        output.WriteLine("bundler paymaster rotate-signer --paymaster NAME --from ADDRESS --to ADDRESS [--switched SECONDS | --incident] [--safe FILE] [--json] [OPTIONS]");
        output.WriteLine("bundler paymaster withdraw-plan --paymaster NAME --to ADDRESS [--amount WEI] [--owed WEI] [--safe FILE] [--json] [OPTIONS]");
        output.WriteLine();
        foreach (CommandOption option in CommandOption.All)
        {
            output.WriteLine($"  {(option.Value is null ? option.Name : $"{option.Name} {option.Value}").PadRight(Column)}{option.Sentence}");
        }

        output.WriteLine();
        output.WriteLine("Every key of config/bundler.json can be given as --Bundler:Section:Key=value, in the environment as BUNDLER__SECTION__KEY, or in the file of --config.");
        output.WriteLine("check-config says what would keep the node from starting, and ends.");
        output.WriteLine("signers prints every configured key with its address, as its file or its service says, and ends; it needs no Ethereum node.");
        output.WriteLine("keystore makes, takes over and opens files with keys under a password; keystore --help says how.");
        output.WriteLine("paymaster looks at the paymasters on the chain and plans what their owner has to sign; it signs nothing (docs/paymaster.md).");
        return 0;
    }
}
