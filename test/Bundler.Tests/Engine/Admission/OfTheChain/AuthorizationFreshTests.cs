using Bundler.Engine.Admission;
using Bundler.Engine.Admission.OfTheChain;
using Bundler.Erc4337;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Admission.OfTheChain;

public sealed class AuthorizationFreshTests
{
    [TestCase(6UL, -32500)]
    [TestCase(7UL, null)]
    [TestCase(8UL, -32500)]
    public void EIP_7702_the_tuple_has_the_nonce_of_the_account(ulong nonce, int? code)
    {
        UserOperation operation = A.UserOperation() with { Eip7702Auth = new Authorization(1337, A.Contract, nonce, 0, 1, 1) };
        AdmissionContext context = AdmissionBench.Of(operation) with { Facts = A.Facts() with { SenderTransactionCount = 7 } };

        Assert.That(new AuthorizationFresh().Check(context)?.Code, Is.EqualTo(code));
    }

    [Test]
    public void EIP_7702_an_operation_without_a_tuple_needs_no_account_nonce() =>
        Assert.That(new AuthorizationFresh().Check(AdmissionBench.Of(A.UserOperation())), Is.Null);
}
