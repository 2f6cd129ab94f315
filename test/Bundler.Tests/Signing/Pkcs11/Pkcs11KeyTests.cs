using System.Text;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.KeyServices;
using Bundler.Signing.Pkcs11;
using Bundler.Testing;
using Bundler.Testing.Kms;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Signing;

/// <summary>The contract over a key inside SoftHSM, and the ways in which a token refuses.</summary>
public sealed class Pkcs11KeyTests : SignerContract
{
    private static readonly byte[] Id = [0xa1];

    private static readonly Lazy<Address> Executor = new(() => SoftHsm.Shared.Import(DevAccounts.All[4].PrivateKey, "executor", Id));

    private static readonly Lazy<Address> Twins = new(() =>
    {
        SoftHsm.Shared.Import(DevAccounts.All[5].PrivateKey, "twin", [0xb1]);
        return SoftHsm.Shared.Import(DevAccounts.All[6].PrivateKey, "twin", [0xb2]);
    });

    [Test]
    public async Task The_token_names_the_address_of_its_key()
    {
        using Pkcs11Key key = Key("executor", Executor.Value);

        Assert.That(await key.ReadAddressAsync(CancellationToken.None), Is.EqualTo(DevAccounts.All[4].Address));
    }

    [Test]
    public async Task A_key_is_found_by_its_id_alone()
    {
        using Pkcs11Key key = Key(label: null, Executor.Value, Id);

        RawSignature signature = await key.SignAsync(Hash32.Zero, CancellationToken.None);

        Assert.That(signature.Complete(Hash32.Zero, Executor.Value), Is.Not.Null);
    }

    [Test]
    public async Task Of_two_keys_with_one_label_the_id_tells_which()
    {
        using Pkcs11Key either = Key("twin", Twins.Value);
        using Pkcs11Key second = Key("twin", Twins.Value, [0xb2]);

        Assert.That(() => SignAsync(either), Fails(SignerFault.KeyNotFound).And.Message.Contains("several"));
        Assert.That((await SignAsync(second)).Complete(Hash32.Zero, Twins.Value), Is.Not.Null);
    }

    [Test]
    public void A_key_that_is_not_there_is_named_and_the_PIN_is_not()
    {
        using Pkcs11Key key = Key("nobody", Executor.Value);

        Assert.That(
            () => SignAsync(key),
            Fails(SignerFault.KeyNotFound).And.Message.Contains("pkcs11:token=bundler;object=nobody").And.Message.Not.Contains(SoftHsm.Pin));
    }

    [Test]
    public void A_token_that_is_not_plugged_in_may_come_back()
    {
        using Pkcs11Key key = new(
            new Pkcs11KeyName(SoftHsm.Shared.ModulePath, "elsewhere", "executor", null), new SecretBytes(Encoding.ASCII.GetBytes(SoftHsm.Pin)));

        Assert.That(() => SignAsync(key), Fails(SignerFault.Unreachable));
    }

    [Test]
    public async Task A_refused_PIN_is_not_tried_a_second_time_lest_the_token_locks_itself()
    {
        using Pkcs11Key key = new(new Pkcs11KeyName(SoftHsm.Shared.ModulePath, SoftHsm.ClosedTokenLabel, "executor", null), new SecretBytes("000000"u8));

        SignerUnavailableException? first = await Assert.ThrowsAsync<SignerUnavailableException>(() => SignAsync(key));
        SignerUnavailableException? second = await Assert.ThrowsAsync<SignerUnavailableException>(() => SignAsync(key));

        Assert.That(first?.Fault, Is.EqualTo(SignerFault.AccessDenied));
        Assert.That(first?.Message, Does.Contain("PinIncorrect").And.Not.Contains("000000"));
        Assert.That(second, Is.SameAs(first));
    }

    [TestCase("/nowhere/libpkcs11.so", "is missing or cannot be loaded")]
    [TestCase("libsecp256k1.so.1", "is not a PKCS#11 module")]
    public void A_module_that_is_none_is_named(string path, string message)
    {
        using Pkcs11Key key = new(new Pkcs11KeyName(path, SoftHsm.TokenLabel, "executor", null), new SecretBytes("1234"u8));

        Assert.That(() => SignAsync(key), Fails(SignerFault.RequestRefused).And.Message.Contains(path).And.Message.Contains(message));
    }

    [TestCase(0x0A0ul, SignerFault.AccessDenied)]
    [TestCase(0x0A4ul, SignerFault.AccessDenied)]
    [TestCase(0x032ul, SignerFault.Unreachable)]
    [TestCase(0x0B3ul, SignerFault.Unreachable)]
    [TestCase(0x101ul, SignerFault.Unreachable)]
    [TestCase(0x0B1ul, SignerFault.Throttled)]
    [TestCase(0x030ul, SignerFault.ServiceFaulted)]
    [TestCase(0x070ul, SignerFault.WrongKey)]
    [TestCase(0x999ul, SignerFault.RequestRefused)]
    public void Each_return_value_means_one_fault(ulong result, SignerFault fault) =>
        Assert.That(new Pkcs11Exception("C_Sign", (Pkcs11Result)result).Fault, Is.EqualTo(fault));

    protected override (ISigner Signer, Address Address) Create()
    {
        Address address = Executor.Value;
        return (
            new KeyServiceSigner(
                Key("executor", address), address, new KeyServicePolicy(), TimeProvider.System, NullLogger<KeyServiceSigner>.Instance),
            DevAccounts.All[4].Address);
    }

    // The address is asked for to make sure that the key is in the token.
    private static Pkcs11Key Key(string? label, Address address, byte[]? id = null)
    {
        Assert.That(address, Is.Not.EqualTo(Address.Zero));
        return new Pkcs11Key(
            new Pkcs11KeyName(SoftHsm.Shared.ModulePath, SoftHsm.TokenLabel, label, id is null ? null : Bytes.From(id)),
            new SecretBytes(Encoding.ASCII.GetBytes(SoftHsm.Pin)));
    }

    private static Task<RawSignature> SignAsync(Pkcs11Key key) => key.SignAsync(Hash32.Zero, CancellationToken.None);

    private static NUnit.Framework.Constraints.EqualConstraint Fails(SignerFault fault) =>
        Throws.TypeOf<SignerUnavailableException>().With.Property(nameof(SignerUnavailableException.Fault)).EqualTo(fault);
}
