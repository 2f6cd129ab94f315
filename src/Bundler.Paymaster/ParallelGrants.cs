using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Contracts;
using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Granting;

namespace Bundler.Paymaster;

/// <summary>
/// The node is bundler and sponsor in one: where an operation of v0.9 arrives with the place of the paymaster's signature held by a stub, it is granted here and the signature put in. The userOpHash
/// stays what the account signed, and the grant has no life outside of this node before its bundle.
/// </summary>
public sealed class ParallelGrants(Paymasters paymasters, Sponsor sponsor)
{
    /// <summary>The operation as it may be admitted; what does not wait for a signature of ours has its own where the EntryPoint looks for it.</summary>
    public async ValueTask<Outcome<UserOperation>> FinishAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken)
    {
        if (paymasters.Find(entryPoint.Address) is not { } paymaster || operation.Paymaster != paymaster.Address
            || !ParallelForm.IsTakenBy(paymaster.Codec, entryPoint.Version))
        {
            return operation;
        }

        UserOperation unpacked = ParallelForm.Unpacked(operation);
        if (unpacked.PaymasterSignature is { IsEmpty: true })
        {
            // The EntryPoint hashes an empty one otherwise than clients do (AA24).
            return new Rejection.InvalidFields("paymasterSignature", "must not be empty: send the one that was answered with the data, and the node puts its own in its place");
        }

        if (ParallelForm.TermsOf(unpacked) is not { } terms || unpacked.PaymasterSignature is { } given && given != GrantStub.Signature)
        {
            return unpacked;
        }

        Decision<GrantedOperation> decision = await sponsor.GrantAsync(entryPoint, unpacked, new SponsorAsk(null, terms), cancellationToken);
        return decision.Granted ? decision.Value.Operation
            : decision.Refusal.OfThePool is { } rejection ? rejection
            : new Rejection.RejectedByPaymaster(paymaster.Address, decision.Refusal.Message);
    }
}
