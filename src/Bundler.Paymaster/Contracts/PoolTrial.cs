using Bundler.Engine.Chain;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;

namespace Bundler.Paymaster.Contracts;

/// <summary>
/// What this node's own pool says of a paymaster (ERC-7562): an account that is made up asks it to pay, with a stub for a grant, so that no key signs. Whether its signature is right changes nothing of
/// what its validation reads, and is forgiven; a rule that it breaks, a revert, or a stake that is missing is not.
/// </summary>
public sealed class PoolTrial(OperationValidator validator, FactReader facts, EthClient eth)
{
    /// <summary>Answers 0 to whatever it is asked: a valid signature, for ever.</summary>
    private static readonly Bytes AccountCode = Bytes.Parse("0x600060005260206000f3");

    /// <returns>Why an operation of this paymaster would not come into the pool, one sentence; <c>null</c>: it would.</returns>
    public async Task<string?> FaultAsync(GrantSite site, IGrantCodec codec, UInt256 verificationGas, CancellationToken cancellationToken)
    {
        if (!validator.SeesOpcodes)
        {
            return "the Ethereum node has no tracer, so that no rule of ERC-7562 can be judged";
        }

        if (await eth.GetBlockAsync(BlockTag.Latest, cancellationToken) is not { } block)
        {
            return "the Ethereum node has no newest block";
        }

        UserOperation operation = codec.Grant(MadeUp(site.EntryPoint, verificationGas), site, GrantStub.Terms, GrantStub.Signature);
        ChainHead head = new(block.Number, block.Hash, block.ParentHash, block.Timestamp, block.BaseFeePerGas ?? UInt256.Zero);
        try
        {
            ValidationFacts known = await facts.ReadAsync(site.EntryPoint, operation, cancellationToken);
            ValidationReport report = await validator.TryAsync(site.EntryPoint, operation, AccountCode, known, head, cancellationToken);
            return report.Violations is [RuleViolation first, ..] ? $"{first.Rule}: {first.Message}{(first.CuredByStake ? " (a stake of the chain's minimum cures it)" : "")}"
                : report.Rejection is { } rejection and not Rejection.SignatureInvalid { Entity.Kind: EntityKind.Paymaster } ? rejection.Message
                : null;
        }
        catch (UntraceableException heavy)
        {
            return heavy.Message;
        }
    }

    private static UserOperation MadeUp(EntryPoint entryPoint, UInt256 verificationGas) => new()
    {
        Sender = Address.Parse("0x7e57000000000000000000000000000000007e57"),
        Nonce = UInt256.Zero,
        CallGasLimit = 50_000,
        VerificationGasLimit = 150_000,
        PreVerificationGas = 50_000,
        MaxFeePerGas = 1,
        MaxPriorityFeePerGas = 1,
        PaymasterVerificationGasLimit = entryPoint.HasPaymasterGasLimits ? verificationGas : UInt256.Zero,
    };
}
