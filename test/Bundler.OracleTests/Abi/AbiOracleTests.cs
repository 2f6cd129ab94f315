using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;
using Nethereum.ABI.ABIDeserialisation;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.Model;
using Newtonsoft.Json.Linq;

namespace Bundler.OracleTests.Abi;

/// <summary>The contract ABI: random types, three levels deep, both ways.</summary>
internal sealed class AbiOracleTests
{
    private const int MaxParameters = 4;

    [Test]
    public void Values_are_encoded_to_the_same_bytes() => Oracle.Agrees(random =>
    {
        AbiCase[] cases = Cases(random);
        string ours = AbiEncoder.Encode(Types(cases), [.. cases.Select(each => each.Ours)]).ToString();
        string theirs = new ParametersEncoder().EncodeParameters(Parameters(cases), [.. cases.Select(each => each.Theirs)]).Hex();
        return (ours, theirs);
    });

    [Test]
    public void Bytes_are_decoded_to_the_same_values() => Oracle.Agrees(random =>
    {
        AbiCase[] cases = Cases(random);
        Bytes encoded = AbiEncoder.Encode(Types(cases), [.. cases.Select(each => each.Ours)]);
        string ours = AbiText.Of(AbiDecoder.Decode(Types(cases), encoded));
        Assert.That(ours, Is.EqualTo($"[{string.Join(',', cases.Select(each => each.Text))}]"));
        return (ours, AbiText.Of(new ParameterDecoder().DecodeDefaultData(encoded.ToArray(), Parameters(cases))));
    });

    private static AbiCase[] Cases(Random random) => [.. Enumerable.Range(0, random.Next(1, MaxParameters)).Select(_ => AbiCase.Next(random))];

    private static AbiType[] Types(AbiCase[] cases) => [.. cases.Select(each => each.Type)];

    private static Parameter[] Parameters(AbiCase[] cases)
    {
        JArray abi = [new JObject { ["type"] = "function", ["name"] = "f", ["outputs"] = new JArray(), ["inputs"] = new JArray(cases.Select((each, index) => AbiCase.Describe(each.Type, $"p{index}"))) }];
        return new ABIJsonDeserialiser().DeserialiseContract(abi.ToString()).Functions[0].InputParameters;
    }
}
