using Amazon.KeyManagementService;
using Amazon.Runtime;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.AwsKms;
using Bundler.Signing.KeyServices;
using Bundler.Testing.Kms;

namespace Bundler.Tests.Signing;

public sealed class AwsKmsKeyTests : KeyServerContract<FakeAwsKms>
{
    protected override FakeAwsKms CreateServer(SoftKey key) => new(key);

    protected override IKeyService Open() => Open(FakeAwsKms.KeyArn);

    [Test]
    public async Task An_alias_is_as_good_as_an_ARN()
    {
        using AwsKmsKey key = Open(FakeAwsKms.Alias);

        RawSignature signature = await key.SignAsync(Hash32.Zero, CancellationToken.None);

        Assert.That(signature.Complete(Hash32.Zero, Server.Key.Address), Is.Not.Null);
        Assert.That(await key.ReadAddressAsync(CancellationToken.None), Is.EqualTo(Server.Key.Address));
    }

    [TestCase(FakeAwsKms.KeyArn, null, "eu-central-1")]
    [TestCase(FakeAwsKms.KeyArn, "us-east-1", "eu-central-1")]
    [TestCase(FakeAwsKms.Alias, "ap-southeast-1", "ap-southeast-1")]
    public void The_region_of_the_ARN_goes_before_the_configured_one(string keyId, string? region, string expected) =>
        Assert.That(AwsKmsKey.Configuration(keyId, region, endpoint: null).RegionEndpoint.SystemName, Is.EqualTo(expected));

    [Test]
    public void The_SDK_does_not_retry_on_its_own() =>
        Assert.That(AwsKmsKey.Configuration(FakeAwsKms.KeyArn, null, null).MaxErrorRetry, Is.Zero);

    private AwsKmsKey Open(string keyId) => new(
        keyId,
        new AmazonKeyManagementServiceClient(
            new BasicAWSCredentials("AKIDEXAMPLE", "not-a-secret"), AwsKmsKey.Configuration(keyId, "eu-central-1", Server.Endpoint)));
}
