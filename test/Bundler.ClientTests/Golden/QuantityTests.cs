using System.Numerics;
using Bundler.Client.Rpc;
using Newtonsoft.Json;

namespace Bundler.ClientTests.Golden;

/// <summary>Quantities as bundlers write them.</summary>
internal sealed class QuantityTests
{
    [TestCase("\"0x5208\"", 21_000)]
    [TestCase("\"0x0\"", 0)]
    [TestCase("\"0x\"", 0)]
    [TestCase("\"0x005208\"", 21_000)]
    [TestCase("\"21000\"", 21_000)]
    [TestCase("21000", 21_000)]
    [TestCase("\"0xff\"", 255, TestName = "The_first_digit_is_no_sign")]
    public void A_quantity_is_read_in_every_form(string json, int value) =>
        Assert.That(JsonConvert.DeserializeObject<FeeLevel>($$"""{"maxFeePerGas":{{json}}}""")!.MaxFeePerGas, Is.EqualTo((BigInteger)value));

    [TestCase("\"-1\"")]
    [TestCase("\"0xzz\"")]
    [TestCase("\"\"")]
    [TestCase("true")]
    [TestCase("null")]
    public void What_is_none_is_refused(string json) =>
        Assert.That(() => JsonConvert.DeserializeObject<FeeLevel>($$"""{"maxFeePerGas":{{json}}}"""), Throws.InstanceOf<JsonException>());

    [Test]
    public void A_quantity_is_written_without_leading_zeros() => Assert.That(
        JsonConvert.SerializeObject(new FeeLevel { MaxFeePerGas = 255, MaxPriorityFeePerGas = 0 }), Is.EqualTo("""{"maxFeePerGas":"0xff","maxPriorityFeePerGas":"0x0"}"""));
}
