using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Tests.Ethereum.Transactions;

public sealed class SetCodeTransactionTests
{
    [Test]
    public void EIP_7702_it_cannot_create_a_contract() =>
        Assert.That(() => (Vectors.SetCode with { To = null }).SigningHash(), Throws.TypeOf<CodecException>().With.Property("Path").EqualTo("to"));

    [Test]
    public void EIP_7702_it_needs_an_authorization() =>
        Assert.That(
            () => (Vectors.SetCode with { AuthorizationList = [] }).SigningHash(),
            Throws.TypeOf<CodecException>().With.Message.EqualTo("authorizationList: must have at least one authorization"));

    [Test]
    public void EIP_7702_neither_is_decoded_when_missing()
    {
        // [chainId 1, nonce 0, fees 0, gas 0, to, value 0, data, accessList [], authorizationList, …]
        Assert.That(
            () => Transaction.Decode(Bytes.Parse("0x04cd018080808080" + "8080c0c0808080")),
            Throws.TypeOf<CodecException>().With.Message.Contains("expected 20 bytes, got 0"));
        Assert.That(
            () => Transaction.Decode(Bytes.Parse("0x04e10180808080" + "94" + new string('1', 40) + "8080c0c0808080")),
            Throws.TypeOf<CodecException>().With.Message.Contains("at least one authorization"));
    }
}
