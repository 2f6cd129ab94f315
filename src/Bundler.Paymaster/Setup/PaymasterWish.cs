using Bundler.Contracts;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>How a paymaster of ours should stand on the chain: what is planned, and what the chain is compared with.</summary>
public sealed record PaymasterWish
{
    /// <summary>As many as the contract takes.</summary>
    public const int MaxSigners = 4;

    /// <summary>Where its deposit is.</summary>
    public required EntryPoint EntryPoint { get; init; }

    public PaymasterFlavour Flavour { get; init; }

    /// <summary>Who moves deposit and stake; a Safe.</summary>
    public required Address Owner { get; init; }

    /// <summary>Who offers signers, removes them, lowers the ceiling and pauses; nobody in the immutable flavour.</summary>
    public Address Manager { get; init; }

    /// <summary>Whose grants it takes. The first one is part of the code that is deployed, and so of the address.</summary>
    public required IReadOnlyList<Address> Signers { get; init; }

    /// <summary>The most that one operation may cost, wei.</summary>
    public required UInt256 MaxCostPerOperation { get; init; }

    /// <summary>At least, wei.</summary>
    public UInt256 Deposit { get; init; }

    /// <summary>At least, wei.</summary>
    public UInt256 Stake { get; init; }

    /// <summary>At least, seconds.</summary>
    public uint UnstakeDelaySec { get; init; }

    /// <summary>Of CREATE2: the same contract once more needs another.</summary>
    public Hash32 Salt { get; init; }

    /// <summary>A contract that is there already; <c>null</c>: where CREATE2 puts it. Whoever changed a signer since has to name it.</summary>
    public Address? Address { get; init; }

    /// <summary>What is deployed.</summary>
    public ContractArtifact Contract => (EntryPoint.Version, Flavour) switch
    {
        (EntryPointVersion.V06, PaymasterFlavour.Set) => ContractArtifact.NodeVerifyingPaymasterV06,
        (EntryPointVersion.V06, _) => ContractArtifact.NodeImmutablePaymasterV06,
        (_, PaymasterFlavour.Set) => ContractArtifact.NodeVerifyingPaymasterV07,
        _ => ContractArtifact.NodeImmutablePaymasterV07,
    };

    /// <summary>What its constructor gets, as block explorers ask for it (S0-04).</summary>
    public Bytes ConstructorArguments => AbiEncoder.Encode(
        [.. Contract.Abi.ConstructorInputs.Components.Select(input => input.Type)],
        Flavour == PaymasterFlavour.Set
            ? [EntryPoint.Address, Owner, Manager, Signers[0], MaxCostPerOperation]
            : [EntryPoint.Address, Owner, Signers[0], MaxCostPerOperation]);

    /// <summary>The code that makes it.</summary>
    public Bytes InitCode => Bytes.Concat(Contract.Bytecode, ConstructorArguments);

    /// <summary>Where CREATE2 puts it.</summary>
    public Address Computed => DeterministicDeployer.AddressOf(Salt, InitCode);

    /// <summary>Where it is, or will be.</summary>
    public Address Place => Address ?? Computed;

    /// <summary>What no contract of ours can be: one sentence for each.</summary>
    public IEnumerable<string> Faults()
    {
        int most = Flavour == PaymasterFlavour.Set ? MaxSigners : 1;
        if (Signers.Count == 0 || Signers.Count > most)
        {
            yield return $"signers must be one to {most} of this flavour";
        }

        if (Signers.Distinct().Count() < Signers.Count || Signers.Any(signer => signer.IsZero))
        {
            yield return "signers must differ, and none is the zero address";
        }

        if (Owner.IsZero)
        {
            yield return "owner must not be the zero address";
        }

        if (Signers.Contains(Owner) || (Flavour == PaymasterFlavour.Set && Signers.Contains(Manager)))
        {
            yield return "a signer is a hot key and must be neither owner nor manager";
        }

        if (!MaxCostPerOperation.FitsUInt128)
        {
            yield return "maxCostPerOperation must fit 128 bits";
        }

        if (Flavour == PaymasterFlavour.Set && (Stake.IsZero || UnstakeDelaySec == 0))
        {
            yield return "a set of signers needs a stake and an unstake delay: validation reads the paymaster's own storage (STO-031)";
        }
    }
}
