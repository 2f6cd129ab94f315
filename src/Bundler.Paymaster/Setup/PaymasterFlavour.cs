namespace Bundler.Paymaster.Setup;

/// <summary>Which of our two kinds of contracts (docs/paymaster.md, "The contracts").</summary>
public enum PaymasterFlavour
{
    /// <summary>Up to four signers that can be changed; needs a stake (ERC-7562 STO-031).</summary>
    Set,

    /// <summary>One signer for ever; needs no stake.</summary>
    Immutable,
}
