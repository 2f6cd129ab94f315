using System.Text;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Signing;
using Bundler.Signing.AwsKms;
using Bundler.Signing.AzureKeyVault;
using Bundler.Signing.GoogleKms;
using Bundler.Signing.Guard;
using Bundler.Signing.KeyServices;
using Bundler.Signing.Pkcs11;
using Bundler.Testing;
using Bundler.Testing.Kms;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.ChainTests.Signing;

/// <summary>Every key service signs bundles, behind the guard, that a real node mines.</summary>
public sealed class KeyServicesOnChainTests
{
    private const int Bundles = 4; // two with a low s and two with a high one
    private const ulong ChainId = 1337;

    private AnvilProcess _anvil = null!;
    private HttpTransport _transport = null!;

    [OneTimeSetUp]
    public async Task Begin()
    {
        _anvil = await AnvilProcess.StartAsync();
        _transport = new HttpTransport(new HttpTransportOptions { Url = _anvil.Url }, TimeProvider.System);
    }

    [OneTimeTearDown]
    public async Task End()
    {
        _transport.Dispose();
        await _anvil.DisposeAsync();
    }

    [Test]
    public async Task AWS_KMS()
    {
        await using FakeAwsKms server = new(SoftKey.Generate());
        await server.StartAsync();

        await MineAsync(new AwsKmsKey(
            FakeAwsKms.KeyArn,
            new AmazonKeyManagementServiceClient(
                new BasicAWSCredentials("AKIDEXAMPLE", "not-a-secret"), AwsKmsKey.Configuration(FakeAwsKms.KeyArn, null, server.Endpoint))));
    }

    [Test]
    public async Task Google_Cloud_KMS()
    {
        await using FakeGoogleKms server = new(SoftKey.Generate());
        await server.StartAsync();

        await MineAsync(new GoogleKmsKey(FakeGoogleKms.KeyVersion, server.Endpoint, new FixedToken(FakeGoogleKms.Token)));
    }

    [Test]
    public async Task Azure_Key_Vault()
    {
        await using FakeAzureKeyVault server = new(SoftKey.Generate());
        await server.StartAsync();

        await MineAsync(new AzureKeyVaultKey(server.KeyId, new FixedToken(FakeAzureKeyVault.Token)));
    }

    [Test]
    public async Task PKCS_11()
    {
        SoftHsm.Shared.Import(DevAccounts.All[4].PrivateKey, "on-chain", [0xc1]);

        await MineAsync(new Pkcs11Key(
            new Pkcs11KeyName(SoftHsm.Shared.ModulePath, SoftHsm.TokenLabel, "on-chain", null), new SecretBytes(Encoding.ASCII.GetBytes(SoftHsm.Pin))));
    }

    private async Task MineAsync(IKeyService service)
    {
        Address address = await service.ReadAddressAsync(CancellationToken.None);
        await _anvil.RpcAsync("anvil_setBalance", address.ToString(), "0xde0b6b3a7640000");
        using GuardedSigner signer = new(
            new NamedSigner("Key", new KeyServiceSigner(service, address, new KeyServicePolicy(), TimeProvider.System, NullLogger<KeyServiceSigner>.Instance)),
            Guards.Limits(ChainId),
            new TransferBudget(TimeProvider.System),
            TimeProvider.System,
            NullLogger<GuardedSigner>.Instance);
        EthClient eth = new(_transport);
        for (ulong nonce = 0; nonce < Bundles; nonce++)
        {
            signer.ObserveNonce(nonce);
            SignedTransaction signed = await signer.SignAsync(Bundle(address, nonce), CancellationToken.None);
            await eth.SendRawTransactionAsync(signed.Raw, CancellationToken.None);
            TransactionReceipt? receipt = null;
            await Eventually.Async(
                async () => (receipt = await eth.GetTransactionReceiptAsync(signed.Hash, CancellationToken.None)) is not null,
                Eventually.Patience,
                "the receipt");

            Assert.That(receipt?.Success, Is.True);
            Assert.That(receipt?.From, Is.EqualTo(address));
        }
    }

    private static FeeMarketTransaction Bundle(Address signer, ulong nonce) => new()
    {
        ChainId = ChainId,
        Nonce = nonce,
        GasLimit = 200_000,
        To = A.EntryPoint.Address,
        Data = A.EntryPoint.Bundles.EncodeHandleOps([], signer),
        MaxFeePerGas = 5_000_000_000,
        MaxPriorityFeePerGas = 1_000_000_000,
    };
}
