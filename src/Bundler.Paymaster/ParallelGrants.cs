using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Contracts;
using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Granting;

namespace Bundler.Paymaster;

/// <summary>
/// The node is bundler and sponsor in one: where an operation of v0.9 arrives with the place of the paymaster's signature held by a stub, it is granted here and the signature put in. The userOpHash
/// stays what the account signed, and the grant has no life outside of this node before its bundle.
/// </summary>
public sealed class ParallelGrants(Paymasters paymasters, Sponsor sponsor, GrantWithdrawal withdrawal)
{
    /// <summary>The operation on its way into the pool. What does not wait for a signature of ours has its own where the EntryPoint looks for it.</summary>
    /// <param name="entryPoint">Of the operation.</param>
    /// <param name="operation">As it was sent.</param>
    /// <param name="admit">Into the pool, as it may be admitted. What it refuses is given back.</param>
    /// <param name="cancellationToken">Counts until the operation is being written.</param>
    public async Task<Outcome<Hash32>> AdmitAsync(
        EntryPoint entryPoint, UserOperation operation, Func<UserOperation, Task<Outcome<Hash32>>> admit, CancellationToken cancellationToken)
    {
        if (paymasters.Find(entryPoint.Address) is not { } paymaster || operation.Paymaster != paymaster.Address
            || !ParallelForm.IsTakenBy(paymaster.Codec, entryPoint.Version))
        {
            return await admit(operation);
        }

        UserOperation unpacked = ParallelForm.Unpacked(operation);
        if (unpacked.PaymasterSignature is { IsEmpty: true })
        {
            // The EntryPoint hashes an empty one otherwise than clients do (AA24).
            return new Rejection.InvalidFields("paymasterSignature", "must not be empty: send the one that was answered with the data, and the node puts its own in its place");
        }

        if (ParallelForm.TermsOf(unpacked) is not { } terms || unpacked.PaymasterSignature is { } given && given != GrantStub.Signature)
        {
            return await admit(unpacked);
        }

        Decision<GrantedOperation> decision = await sponsor.GrantAsync(entryPoint, unpacked, new SponsorAsk(null, terms, IsAccountSigned: true), cancellationToken);
        return decision.Granted ? await withdrawal.UnlessAdmittedAsync(decision.Value.Grant.Id, () => admit(decision.Value.Operation))
            : decision.Refusal.OfThePool is { } rejection ? rejection
            : new NotSponsored(paymaster.Address, decision.Refusal);
    }
}
