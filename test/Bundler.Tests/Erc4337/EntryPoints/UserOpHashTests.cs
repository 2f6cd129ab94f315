using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.TypedData;

namespace Bundler.Tests.Erc4337;

public sealed class UserOpHashTests
{
    private const string Magic = "22e325a297439656";

    [TestCase(EntryPointVersion.V06, "0x6ab2a80854197f9e04a163e8338e9bc944c2d6406cb5641dffe15117e18bca24")]
    [TestCase(EntryPointVersion.V07, "0x5f7f113a6a4f2f4c27bee252be9f61a546ceeb85b3c5ce5ea712af99b74b3b1f")]
    [TestCase(EntryPointVersion.V08, "0x450e78c0d3ed18ac61305d844db117ae1fec81a6834af2513142515fa9fb143d")]
    [TestCase(EntryPointVersion.V09, "0x7dfd7dd357ced21e70ec97d9ea47adb1750ef536fda08347034693962e3b04bc")]
    public void A_plain_operation_has_the_hash_of_its_version(EntryPointVersion version, string hash) =>
        Assert.That(Hash(version, VectorOperation.Plain), Is.EqualTo(hash));

    [Test]
    public void V06_an_operation_of_zeros_has_the_published_hash()
    {
        EntryPoint entryPoint = EntryPointCatalog.Create(EntryPointVersion.V06, Address.Parse("0x66a15edcc3b50a663e72f1457ffd49b9ae284ddc"));

        Hash32 hash = entryPoint.Hash(new UserOperation { Sender = Address.Zero, Nonce = 0 }, 1337, null);

        Assert.That(hash.ToString(), Is.EqualTo("0xdca97c3b49558ab360659f6ead939773be8bf26631e61bb17045bb70dc983b2d"));
    }

    [TestCase(EntryPointVersion.V08, "0x5702053c16e5a86efe0fa4b31df4a303fe7137fd81247c796e2946f892983141")]
    [TestCase(EntryPointVersion.V09, "0x6da2dd5ea5b71a21136913c06bae674f452026612bff6ec311e44863574a6001")]
    public void EIP_7702_the_marker_is_hashed_as_the_delegate(EntryPointVersion version, string hash)
    {
        UserOperation operation = VectorOperation.Plain with { Factory = Eip7702Marker.Address };

        Assert.That(Hash(version, operation, VectorOperation.Delegate), Is.EqualTo(hash));
    }

    [TestCase("0x7702")]
    [TestCase("0x770200000000")]
    [TestCase("0x7702000000000000000000000000000000000000")]
    public void EIP_7702_every_length_of_the_marker_has_the_same_hash(string initCode)
    {
        EntryPoint entryPoint = Canonical(EntryPointVersion.V08);
        object[] tuple = entryPoint.Operations.ToTuple(VectorOperation.Plain);
        tuple[2] = Bytes.Parse(initCode);

        Hash32 hash = entryPoint.Hash(entryPoint.Operations.FromTuple(tuple), VectorOperation.ChainId, VectorOperation.Delegate);

        Assert.That(hash.ToString(), Is.EqualTo("0x5702053c16e5a86efe0fa4b31df4a303fe7137fd81247c796e2946f892983141"));
    }

    [TestCase(EntryPointVersion.V08, "0x5a09917b3d747e186fc1b4be3dce01635038a92660028317433d73caad2dbc38")]
    [TestCase(EntryPointVersion.V09, "0x4521b9f1bb04787f50ec3c768849726d15de218255bfd709ffa2a1dcc4d8054d")]
    public void EIP_7702_initialisation_data_follows_the_delegate_in_the_hash(EntryPointVersion version, string hash)
    {
        UserOperation operation = VectorOperation.Plain with { Factory = Eip7702Marker.Address, FactoryData = Bytes.Parse("0xcafe") };

        Assert.That(Hash(version, operation, VectorOperation.Delegate), Is.EqualTo(hash));
    }

    [Test]
    public void EIP_7702_the_tuple_names_the_delegate_before_the_state_does()
    {
        UserOperation operation = VectorOperation.Plain with
        {
            Factory = Eip7702Marker.Address,
            Eip7702Auth = new(VectorOperation.ChainId, VectorOperation.Delegate, 0, 0, 1, 1),
        };

        Assert.That(
            Hash(EntryPointVersion.V08, operation, VectorOperation.Paymaster),
            Is.EqualTo("0x5702053c16e5a86efe0fa4b31df4a303fe7137fd81247c796e2946f892983141"));
    }

    [Test]
    public void EIP_7702_the_marker_without_a_delegate_has_no_hash()
    {
        UserOperation operation = VectorOperation.Plain with { Factory = Eip7702Marker.Address };

        Assert.That(
            () => Hash(EntryPointVersion.V09, operation),
            Throws.TypeOf<CodecException>().With.Message.EqualTo("factory: the EIP-7702 marker needs a sender that is delegated, or an eip7702Auth"));
    }

    [TestCase(EntryPointVersion.V07, "0x16e4d17cb1a4e1e91f1110504607dff4a143c4ce3ca8f29894e6451712d89c76")]
    [TestCase(EntryPointVersion.V08, "0x47ef9f0c7f3480855c582036a5b3707ad98738406c761847be6eb7e862d75cc2")]
    [TestCase(EntryPointVersion.V09, "0xdca0e4717305774e6afd577a60a921cccd9fc1f4a3d7b33c32f177e64fdb8423")]
    public void A_paymaster_with_its_limits_is_part_of_the_hash(EntryPointVersion version, string hash) =>
        Assert.That(Hash(version, VectorOperation.WithPaymaster), Is.EqualTo(hash));

    [TestCase("44")]
    [TestCase("99")]
    public void V09_the_paymaster_signature_is_not_part_of_the_hash(string repeated)
    {
        UserOperation operation = VectorOperation.WithPaymaster with { PaymasterSignature = Signature(repeated) };

        Assert.That(
            Hash(EntryPointVersion.V09, operation), Is.EqualTo("0x5c21cb61b5bf2894bbf24edbca945c2bcd8caf23bfbba11f57e6612fdaa41c0b"));
    }

    [Test]
    public void V09_a_suffix_within_paymasterData_is_recognised()
    {
        UserOperation operation = VectorOperation.WithPaymaster with { PaymasterData = WithSuffix(Signature("44")) };

        Assert.That(
            Hash(EntryPointVersion.V09, operation), Is.EqualTo("0x5c21cb61b5bf2894bbf24edbca945c2bcd8caf23bfbba11f57e6612fdaa41c0b"));
    }

    [Test]
    public void V09_a_suffix_without_a_signature_is_hashed_as_it_is()
    {
        UserOperation operation = VectorOperation.WithPaymaster with { PaymasterSignature = Bytes.Empty };

        Assert.That(
            Hash(EntryPointVersion.V09, operation), Is.EqualTo("0xc4491bd77977de2b2de470c0433c81a0a13afe37e695397aacc53fcdc0ebe637"));
    }

    [Test]
    public void V08_knows_no_suffix()
    {
        UserOperation operation = VectorOperation.WithPaymaster with { PaymasterData = WithSuffix(Signature("44")) };

        Assert.That(
            Hash(EntryPointVersion.V08, operation), Is.EqualTo("0xefbe052ec8a3598ceb540abdd4a064eaf6eaf9d035280f43a9388956799b9a80"));
    }

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    [TestCase(EntryPointVersion.V09)]
    public void The_signature_is_not_part_of_the_hash(EntryPointVersion version) =>
        Assert.That(Hash(version, VectorOperation.Plain with { Signature = Signature("ab") }), Is.EqualTo(Hash(version, VectorOperation.Plain)));

    [Test]
    public void V08_the_type_and_the_domain_are_those_of_EIP_712()
    {
        Address entryPoint = Canonical(EntryPointVersion.V08).Address;
        Eip712Domain domain = new() { Name = "ERC4337", Version = "1", ChainId = VectorOperation.ChainId, VerifyingContract = entryPoint };

        Assert.That(Eip712UserOpHash.TypeHash.ToString(), Is.EqualTo("0x29a0bca4af4be3421398da00295e58e6d7de38cb492214754cb6a47507dd6f8e"));
        Assert.That(Eip712UserOpHash.DomainSeparator(entryPoint, VectorOperation.ChainId), Is.EqualTo(domain.Separator()));
    }

    private static Bytes Signature(string repeated) => Bytes.Parse("0x" + string.Concat(Enumerable.Repeat(repeated, 65)));

    private static Bytes WithSuffix(Bytes signature) => Bytes.Parse($"0xabcd{signature.ToString()[2..]}{signature.Length:x4}{Magic}");

    private static EntryPoint Canonical(EntryPointVersion version) => EntryPointCatalog.Canonical.Single(entryPoint => entryPoint.Version == version);

    private static string Hash(EntryPointVersion version, UserOperation operation, Address? @delegate = null) =>
        Canonical(version).Hash(operation, VectorOperation.ChainId, @delegate).ToString();
}
