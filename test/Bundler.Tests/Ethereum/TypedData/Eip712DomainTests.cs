using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.TypedData;

namespace Bundler.Tests.Ethereum.TypedData;

public sealed class Eip712DomainTests
{
    internal static readonly Eip712Domain Full = new()
    {
        Name = "Test",
        Version = "2",
        ChainId = 56,
        VerifyingContract = Address.Parse("0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"),
        Salt = Hash32.Parse("0x" + string.Concat(Enumerable.Repeat("09", 32))),
    };

    // Computed with viem.
    [Test]
    public void All_fields_are_hashed_in_the_order_of_the_standard() =>
        Assert.That(Full.Separator().ToString(), Is.EqualTo("0x2abe9067bf6d3894474da03dc5b8d58f072d52747105326aa04c0ff9cf9f1d47"));

    [Test]
    public void Absent_fields_are_not_part_of_the_type()
    {
        Eip712Domain name = new() { Name = Full.Name };
        Eip712Domain contract = new() { ChainId = Full.ChainId, VerifyingContract = Full.VerifyingContract };
        Eip712Domain salted = new() { Version = "1", Salt = Full.Salt };

        Assert.That(name.Separator().ToString(), Is.EqualTo("0x19175c8f4872b78bf0fdb9dcd005000a0f2d4939399efcfe595eed450de2281c"));
        Assert.That(contract.Separator().ToString(), Is.EqualTo("0x958b858cabdf38cbffa9b25c40aa8e2aea1b6f05c52cbdffff54427202b7518f"));
        Assert.That(salted.Separator().ToString(), Is.EqualTo("0x1582ed30937030736e976019b1b758961ebd8fcb030cc208dc91486f2204f344"));
    }
}
