using Bundler.Engine.Bundling;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission;

public sealed class TransactionFactoryTests
{
    private static readonly TransactionFees _fees = new(200, 10);
    private readonly TransactionFactory _factory = new(56);

    [Test]
    public void A_bundle_without_authorizations_is_a_fee_market_transaction_to_the_entry_point() =>
        Assert.That(_factory.ForBundle(Bundle(), 7, _fees), Is.EqualTo(new FeeMarketTransaction
        {
            ChainId = 56,
            Nonce = 7,
            GasLimit = 500_000,
            To = Flights.EntryPoint,
            Data = Bytes.Parse("0xc0ffee"),
            MaxFeePerGas = 200,
            MaxPriorityFeePerGas = 10,
        }));

    [Test]
    public void A_bundle_with_authorizations_is_a_set_code_transaction()
    {
        using PrivateKey key = PrivateKey.Parse(DevAccounts.All[3].PrivateKey);
        Authorization authorization = Authorization.Sign(key, 56, Flights.Signer, 0);

        Transaction transaction = _factory.ForBundle(Bundle(authorization), 7, _fees);

        Assert.That(transaction, Is.InstanceOf<SetCodeTransaction>().With.Property("AuthorizationList").EqualTo(new[] { authorization }));
    }

    [Test]
    public void A_cancellation_sends_nothing_to_the_signer_itself()
    {
        Transaction transaction = _factory.Cancellation(Flights.Signer, 7, _fees);

        Assert.That((transaction.To, transaction.Value, transaction.Nonce, transaction.GasLimit), Is.EqualTo(((Address?)Flights.Signer, UInt256.Zero, 7UL, (UInt256)21_000)));
    }

    [Test]
    public void Another_price_changes_nothing_but_the_fees()
    {
        Transaction transaction = _factory.ForBundle(Bundle(), 7, _fees);

        Transaction repriced = TransactionFactory.Repriced(transaction, new TransactionFees(300, 20));

        Assert.That(repriced, Is.EqualTo((FeeMarketTransaction)transaction with { MaxFeePerGas = 300, MaxPriorityFeePerGas = 20 }));
    }

    private static Bundle Bundle(params Authorization[] authorizations) => new()
    {
        Id = Guid.Empty,
        EntryPoint = new EntryPoint(EntryPointVersion.V07, Flights.EntryPoint, null!, null!),
        Entries = [],
        CallData = Bytes.Parse("0xc0ffee"),
        GasLimit = 500_000,
        GasAtRisk = 200_000,
        HasStrangers = false,
        ExpectedGasUsed = 400_000,
        ExpectedGasCharged = 450_000,
        LowestTip = 100,
        LowestMaxFee = 1_000,
        Authorizations = authorizations,
    };
}
