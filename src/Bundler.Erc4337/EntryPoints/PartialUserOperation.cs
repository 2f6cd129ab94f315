namespace Bundler.Erc4337.EntryPoints;

/// <summary>
/// An operation as a caller gave it, with the record of which optional numbers were given; while estimating, a limit of zero is one to be found.
/// </summary>
public sealed record PartialUserOperation(UserOperation Operation)
{
    public bool HasCallGasLimit { get; init; }

    public bool HasVerificationGasLimit { get; init; }

    public bool HasPreVerificationGas { get; init; }

    public bool HasPaymasterVerificationGasLimit { get; init; }

    public bool HasPaymasterPostOpGasLimit { get; init; }

    public bool HasFees { get; init; }

    public bool HasSignature { get; init; }

    /// <summary>Everything of it was given.</summary>
    public static PartialUserOperation Complete(UserOperation operation) => new(operation)
    {
        HasCallGasLimit = true,
        HasVerificationGasLimit = true,
        HasPreVerificationGas = true,
        HasPaymasterVerificationGasLimit = true,
        HasPaymasterPostOpGasLimit = true,
        HasFees = true,
        HasSignature = true,
    };
}
